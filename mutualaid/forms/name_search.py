"""Find what people type among names: in any case, with or without accents, by how a word begins.

It runs on names in memory, so that it holds for those that are encrypted too, and no letter is a wildcard.
"""

import re
import unicodedata
from collections.abc import Mapping
from difflib import get_close_matches
from typing import TypeVar

from mutualaid.forms.typed_text import ascii_digits

Key = TypeVar("Key")
Words = frozenset[str]

SIMILAR = 0.82
"""Of `difflib`: "Ana" and "Anna" are similar (0.86), "Ana" and "an" are not (0.8)."""
MOST_SIMILAR = 50
_WORD = re.compile(r"[^\W_]+")
_SAME_LETTERS = str.maketrans({"ة": "ه", "ى": "ي", "ـ": None})
"""Arabic letters that many write for each other, and the one that only stretches a word."""


def words_of(text: str) -> Words:
    """Return the words of a text in small letters, without accents, digits in ASCII."""
    decomposed = unicodedata.normalize("NFKD", text.casefold()).translate(_SAME_LETTERS)
    letters = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return frozenset(_WORD.findall(ascii_digits(letters)))


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
