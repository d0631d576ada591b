"""How far a winding down has come, for the people who look after it."""

from typing import NamedTuple

from mutualaid.ending.closing import needs_with_help, open_needs, series_that_go_on
from mutualaid.ending.models import WindingDown
from mutualaid.ending.telling import AUDIENCES, accounts, asks, messages_of


class Progress(NamedTuple):
    """People and asks `told` of `to_tell`: to the others no message may go.

    Needs that are `open` without anyone on the way, and `with_help`; weekly `series` that go on.
    """

    told: int
    to_tell: int
    open: int
    with_help: int
    series: int


def progress_of(winding: WindingDown) -> Progress:
    """Return it as it is now; by a proposal no one was told. Six queries."""
    told = sum(messages_of(winding, one.ends).count() for one in AUDIENCES)
    return Progress(
        told=told,
        to_tell=max(told, accounts().count() + asks().count()),
        open=open_needs().count(),
        with_help=needs_with_help().count(),
        series=series_that_go_on().count(),
    )
