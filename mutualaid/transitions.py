"""Changing the state of a row by a conditional update.

The tables of transitions of a need, a claim, a match and an offer are in `states.py` of their packages.
"""

from typing import Any, NamedTuple

from django.db.models import QuerySet


class Transition(NamedTuple):
    """The states from which an action is possible, and the state it leads to."""

    sources: tuple[str, ...]
    target: str


class StateChanged(Exception):
    """The transition is not possible from the state the row is in now: someone else was first."""


def apply_transition(rows: "QuerySet[Any]", transition: Transition, **fields: Any) -> int:
    """Move those of `rows` whose state allows it, and set `fields` on them; return how many were changed."""
    possible = rows.filter(state__in=transition.sources)
    return possible.update(**{"state": transition.target} | fields)
