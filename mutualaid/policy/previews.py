"""What other values would change, shown before they are saved. The apps above register what they know."""

from collections.abc import Callable
from typing import NamedTuple, TypeVar

from mutualaid.policy.models import Policy


class Preview(NamedTuple):
    """A small table with a title. Cells are text, or HTML where they are marked safe."""

    title: str
    explanation: str
    head: list[str]
    rows: list[list[str]]


MakePreview = Callable[[Policy, Policy], Preview | None]
"""Takes the policy in force and the typed one, which is valid and not stored; writes nothing."""
P = TypeVar("P", bound=MakePreview)
_registered: list[MakePreview] = []


def register(make: P) -> P:
    """Register a function that says what a change of the policy would do. A decorator.

    The function returns None where there is nothing to show.
    """
    _registered.append(make)
    return make


def previews(now: Policy, then: Policy) -> list[Preview]:
    """Return the previews of all registered functions for a change from `now` to `then`."""
    return [preview for make in _registered if (preview := make(now, then))]
