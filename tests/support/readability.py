"""How hard a text is to read: sentences, words, and the grade of Flesch and Kincaid.

No library: the known ones count syllables with a corpus that they load from elsewhere at run time.
"""

import re
from collections.abc import Iterable

MARKUP = re.compile(r"<[^>]*>")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")
END_OF_SENTENCE = re.compile(r"(?<=[.!?…])[\s”\"')]+|\n+")
WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9'’.-]*")
VOWELS = re.compile(r"[aeiouy]+")


def sentences(text: str) -> list[str]:
    """Return the sentences of `text`; a placeholder counts as one short word."""
    plain = PLACEHOLDER.sub("it", MARKUP.sub("", text))
    return [part.strip() for part in END_OF_SENTENCE.split(plain) if WORD.search(part)]


def words(sentence: str) -> list[str]:
    return WORD.findall(sentence)


def syllables(word: str) -> int:
    """Estimate the syllables: groups of vowels, without a silent e at the end."""
    spoken = re.sub(r"(?<![aeioul])(?:es|ed|e)$", "", word.lower().strip("'’.-"))
    return max(1, len(VOWELS.findall(spoken)))


def grade(text: Iterable[str]) -> float:
    """Return the Flesch-Kincaid grade of sentences: the year of a US school that reads them easily."""
    counted = [[syllables(word) for word in words(sentence)] for sentence in text]
    total = sum(map(len, counted))
    return 0.39 * total / len(counted) + 11.8 * sum(map(sum, counted)) / total - 15.59
