"""How far a winding down has come, for the people who look after it."""

from typing import NamedTuple

from mutualaid.ending.models import WindingDown


class Progress(NamedTuple):
    """People and asks `told` of `to_tell`, for which a message was written; needs that are `open` without
    anyone on the way, and `with_help`; weekly `series` that go on.
    """

    told: int
    to_tell: int
    open: int
    with_help: int
    series: int


def progress_of(winding: WindingDown) -> Progress:
    """Return it as it is now; a proposal has told no one. Six queries."""
    raise NotImplementedError
