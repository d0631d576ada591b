"""Who keeps heads of our record elsewhere: rooms above say so, for the public page of the record."""

from collections.abc import Callable, Iterable
from typing import NamedTuple


class Witness(NamedTuple):
    """Someone who keeps our heads, up to the seal with this number."""

    name: str
    number: int


Source = Callable[[], Iterable[Witness]]
_sources: list[Source] = []


def register_witnesses(source: Source) -> Source:
    """Let the page of the record name these, too."""
    _sources.append(source)
    return source


def witnesses() -> list[Witness]:
    """Return all who keep heads of our record now."""
    return [witness for source in _sources for witness in source()]
