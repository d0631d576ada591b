"""The kinds of message there are. A room that has something to say registers how it is composed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise


@dataclass(frozen=True)
class Letter:
    """What is to be said, to which address, in which language. Words: templates/notify/<kind>.txt."""

    to: str
    language: str
    context: Mapping[str, Any] = field(default_factory=dict)


Composer = Callable[[int], Letter | None]
"""Takes the id of what the message is about. None: it is not to be sent any more."""

_composers: dict[str, Composer] = {}
_labels: dict[str, str | Promise] = {}


def composes(kind: str, label: str | Promise) -> Callable[[Composer], Composer]:
    """Register the decorated function as the one that composes messages of `kind`.

    `label` is what coordinators call it.
    """

    def register(composer: Composer) -> Composer:
        _composers[kind] = composer
        _labels[kind] = label
        return composer

    return register


def compose(kind: str, about_id: int) -> Letter | None:
    """Return the letter as things stand now, or None when nothing is to be said any more."""
    return _composers[kind](about_id)


def label_of(kind: str) -> str:
    """What coordinators call messages of this kind."""
    return str(_labels.get(kind, kind))
