"""What everyone reads is in plain words: short sentences, grade 6, and English as people speak it."""

import re
from collections import defaultdict
from collections.abc import Iterator

import pytest

from mutualaid.i18n.audience import SHOWN_TO_EVERYONE, is_public, is_public_file
from mutualaid.i18n.collect import in_source
from tests.support.readability import grade, sentences, words

MOST_WORDS = 20
HIGHEST_GRADE = 6.0
ENOUGH_WORDS = 60
"""The formula of Flesch and Kincaid is for a passage: of fewer words, one long word would decide."""
BETTER = {
    r"somebody": "someone",
    r"anybody": "anyone",
    r"nobody": "no one",
    r"everybody": "everyone",
    r"(she|her|hers|herself|he|him|his|himself)": "they, them, their",
    r"opens? nothing|does not open anything": "no longer works",
    r"a computer looks": "our software looks",
    r"once more": "again",
    r"tak(e|es|ing|en) on|took on": "say yes to; your tasks",
    r"(ring|rings) (us|you)": "call us, call you",
    r"need not": "don't have to",
    r"(hear|hears) of it": "find out",
    r"hardly any(one|body)": "(leave it out)",
    r"anything to know": "is there anything the helper should know",
    r"is there a last day": "do you need it by a certain day",
    r"just what is offered": "you offered this",
    r"forget what I typed": "delete my answers",
    r"cannot": "can't",
    r"(do|does|did|is|was|will|would|has|have|had) not": "don't, isn't, won't: as people say it",
    r"whom": "who",
}
"""Words that read as translated, as patterns → what a neighbour would say."""
PATTERNS = {
    re.compile(rf"\b({pattern})\b", re.IGNORECASE): better for pattern, better in BETTER.items()
}
AS_IT_IS = ("For whom", "for whom", "For whom it is", "Yes, I will do it")
"""Sentences that are right although a pattern finds them."""


def public_texts() -> Iterator[tuple[str, str]]:
    """Yield each public text with a file in which it stands."""
    for (_context, text), uses in in_source().items():
        if is_public(uses):
            file = next((use.file for use in uses if is_public_file(use.file)), uses[0].file)
            yield from ((each, file) for each in {text, uses[0].plural} if each)


@pytest.fixture(scope="module")
def texts() -> list[tuple[str, str]]:
    return sorted(public_texts())


def test_no_sentence_has_more_than_twenty_words(texts):
    long = [
        (file, sentence)
        for text, file in texts
        for sentence in sentences(text)
        if len(words(sentence)) > MOST_WORDS
    ]
    assert not long


def test_every_page_and_message_is_read_with_ease_after_six_years_of_school(texts):
    passages: dict[str, list[str]] = defaultdict(list)
    for text, file in texts:
        passages[file] += [each for each in sentences(text) if each[-1] in ".?!"]
    long = {
        file: passage
        for file, passage in passages.items()
        if sum(len(words(sentence)) for sentence in passage) >= ENOUGH_WORDS
    }
    assert len(long) > 10
    hard = {
        file: grade(passage) for file, passage in long.items() if grade(passage) > HIGHEST_GRADE
    }
    assert not hard


def test_no_one_is_spoken_to_as_if_translated(texts):
    stiff = [
        (file, text, better)
        for text, file in texts
        for pattern, better in PATTERNS.items()
        if text not in AS_IT_IS and pattern.search(text)
    ]
    assert not stiff


@pytest.mark.parametrize(
    ("text", "lowest", "highest"),
    [
        ("The cat sat on the mat. We went home.", -3, 1),
        ("We will ask your neighbours whether everything has arrived in time.", 4, 9),
        (
            "Notification preferences are individually administrable considering availability.",
            20,
            40,
        ),
    ],
)
def test_the_grade_rises_with_long_words_and_long_sentences(text, lowest, highest):
    assert lowest < grade(sentences(text)) < highest


@pytest.mark.parametrize(
    ("word", "count"),
    [("cat", 1), ("home", 1), ("table", 2), ("wanted", 2), ("neighbour", 2), ("coordinator", 5)],
)
def test_syllables_are_counted_nearly_as_they_are_spoken(word, count):
    from tests.support.readability import syllables

    assert abs(syllables(word) - count) <= 1


def test_what_is_named_as_shown_to_everyone_is_in_the_source():
    assert {text for _context, text in in_source()} >= SHOWN_TO_EVERYONE
