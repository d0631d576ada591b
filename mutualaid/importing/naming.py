"""A name for a square from what people call the places in it."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

from mutualaid.importing.words import plain

LONGEST = 3
"""Words in a name: Croix des Bouquets, Port au Prince."""


AT_LEAST = 2
"""Rows that must use a name: what one person wrote may lead to their door."""

_EDGES = """
    a and area at au aux between by camp close de del des du el en et for from haut in
    is la las le les los near next no not of on or road route rte rue street sur the to ville
    village with y zone unknown location
"""
NEVER_AT_THE_EDGE = frozenset(_EDGES.split())
"""Words that lead to a name or away from it, in English, French and Spanish."""

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")

Key = tuple[str, ...]


class Naming:
    """Knows how often each sequence of words is used, and how it is mostly written."""

    def __init__(self, squares: Iterable[list[str]], *, unfit: str = "") -> None:
        """`squares` hold the places of their rows; `unfit` is no name: the name of it all."""
        self._unfit = tuple(plain(unfit).split())
        self._rows: Counter[Key] = Counter()
        self._written: dict[Key, Counter[str]] = defaultdict(Counter)
        for places in squares:
            for place in places:
                found = dict(_sequences(place))
                self._rows.update(found.keys())
                for key, written in found.items():
                    self._written[key][written] += 1

    def name_of(self, places: list[str]) -> str:
        """The sequence used most here and least elsewhere; empty when no two rows share one."""
        here = Counter(key for place in places for key in dict(_sequences(place)))
        known = [key for key in here if self._rows[key] >= AT_LEAST and key != self._unfit]

        def rank(key: Key) -> tuple[float, int, Key]:
            return -(here[key] ** 2) / self._rows[key], -len(key), key

        return self._spelled(min(known, key=rank)) if known else ""

    def _spelled(self, key: Key) -> str:
        counted = self._written[key]
        best = min(counted, key=lambda written: (written.islower(), -counted[written], written))
        return best.title() if best.islower() or best.isupper() else best


def _sequences(place: str) -> Iterator[tuple[Key, str]]:
    """Each sequence of one to three words in a part of the place, and how it is written there."""
    for part in re.split(r"[,;/()\n.]", place):
        words = list(_WORD.finditer(part))
        plains = [plain(word.group()) for word in words]
        for first in range(len(words)):
            for last in range(first, min(first + LONGEST, len(words))):
                key = tuple(plains[first : last + 1])
                if _may_be_a_name(key):
                    yield key, part[words[first].start() : words[last].end()]


def _may_be_a_name(key: Key) -> bool:
    edges = (key[0], key[-1])
    return all(len(word) > 2 and word not in NEVER_AT_THE_EDGE for word in edges)
