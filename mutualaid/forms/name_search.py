"""Compare names as people write them: one normal form, for whatever searches, hints or joins by name.

It runs on names in memory, so that it holds for those that are encrypted too, and no letter is a wildcard.
"""

import re
import unicodedata
from collections.abc import Mapping
from difflib import SequenceMatcher, get_close_matches
from typing import TypeVar

from mutualaid.forms.typed_text import ascii_digits

Key = TypeVar("Key")
Words = frozenset[str]

SIMILAR = 0.82
"""Of `difflib`: "Ana" and "Anna" are similar (0.86), "Ana" and "an" are not (0.8), "Ana" and "Ina" neither
(0.67)."""
MOST_SIMILAR = 50
_WORD = re.compile(r"[^\W_]+")
_SAME_LETTERS = str.maketrans(
    {
        "ة": "ه", "ى": "ي", "ی": "ي", "ک": "ك", "ـ": None,
        "ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe",
    }
)  # fmt: skip
"""Letters that many write for each other: in Arabic, with the one that only stretches a word and those of a
Persian keyboard; in Latin those that Unicode does not take apart into a letter and its accent."""


def plain(text: str) -> str:
    """Return a text in small letters, without accents, digits in ASCII, each letter in one form."""
    decomposed = unicodedata.normalize("NFKD", text.casefold()).translate(_SAME_LETTERS)
    return ascii_digits("".join(c for c in decomposed if not unicodedata.combining(c)))


def words_of(text: str) -> Words:
    """Return the words of a text, each once and `plain`."""
    return frozenset(_WORD.findall(plain(text)))


def normal_form(name: str) -> str:
    """Return a name as names are compared: "Belle-Ána" and "ana belle" are one. "" without a letter."""
    return " ".join(sorted(words_of(name)))


def are_similar(name: str, other: str) -> bool:
    """Whether two names, both as their `normal_form`, may be of one person; no one's are not."""
    if not name or not other:
        return False
    matcher = SequenceMatcher(None, name, other)
    ratios = (matcher.real_quick_ratio, matcher.quick_ratio, matcher.ratio)  # the cheapest first
    return name == other or all(ratio() >= SIMILAR for ratio in ratios)


def names_like(typed: str, names: Mapping[Key, str]) -> list[Key]:
    """Return the keys of the names that have every word of `typed`, in the order of `names`.

    A word counts where one of the name begins with it; where that finds no name at all, also where
    one is similar. Empty where `typed` has no word.
    """
    wanted = words_of(typed)
    own = {key: words_of(name) for key, name in names.items()}
    vocabulary = frozenset[str]().union(*own.values())
    for is_like in (_that_begin_with, _similar_to) if wanted else ():
        accepted = [is_like(word, vocabulary) for word in wanted]
        found = [key for key, words in own.items() if all(words & some for some in accepted)]
        if found:
            return found
    return []


def _that_begin_with(word: str, vocabulary: Words) -> Words:
    return frozenset(other for other in vocabulary if other.startswith(word))


def _similar_to(word: str, vocabulary: Words) -> Words:
    close = get_close_matches(word, vocabulary, n=MOST_SIMILAR, cutoff=SIMILAR)
    return _that_begin_with(word, vocabulary) | frozenset(close)
