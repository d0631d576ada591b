"""Change the state of rows by a conditional update.

The tables of a need, a claim, a match and an offer are in `states.py` of their packages.
"""

from typing import Any, NamedTuple

from django.db.models import QuerySet


class Transition(NamedTuple):
    """From which states an action is possible, and to which it leads."""

    sources: tuple[str, ...]
    target: str


class StateChanged(Exception):
    """The transition is not possible from the state the row is in by now."""


def apply_transition(rows: "QuerySet[Any]", transition: Transition, **fields: Any) -> int:
    """Change those of `rows` that are in one of its sources, with these fields; return how many were."""
    possible = rows.filter(state__in=transition.sources)
    return possible.update(**{"state": transition.target} | fields)
