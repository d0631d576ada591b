"""What other values would change, shown before they are saved. Rooms above register what they know."""

from collections.abc import Callable
from typing import NamedTuple, TypeVar

from mutualaid.policy.models import Policy


class Preview(NamedTuple):
    """A small table. Cells are text, or HTML where they are marked safe."""

    title: str
    explanation: str
    head: list[str]
    rows: list[list[str]]


MakePreview = Callable[[Policy, Policy], Preview | None]
"""Takes the policy in force and the tentative one, which is valid and not stored; writes nothing."""
P = TypeVar("P", bound=MakePreview)
_registered: list[MakePreview] = []


def register(make: P) -> P:
    """Decorate a function that says what a change of the policy would do; None: nothing to show."""
    _registered.append(make)
    return make


def previews(now: Policy, then: Policy) -> list[Preview]:
    """Return what everybody who registered has to say."""
    return [shown for make in _registered if (shown := make(now, then))]
