"""How a row changes its state: by a conditional update that must touch one row.

The tables of a need, a claim, a match and an offer stand in `states.py` of their rooms.
"""

from typing import Any, NamedTuple

from django.db.models import QuerySet


class Transition(NamedTuple):
    """From which states an action is possible, and to which it leads."""

    sources: tuple[str, ...]
    target: str


class StateChanged(Exception):
    """Somebody else was first: the transition is not possible from the state the row is in now."""


def apply_transition(rows: "QuerySet[Any]", transition: Transition, **fields: Any) -> int:
    """Change those of `rows` that are in a state from which it is possible; returns how many were."""
    possible = rows.filter(state__in=transition.sources)
    return possible.update(**{"state": transition.target} | fields)
