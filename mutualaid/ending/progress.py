"""How far a winding down has come, for the people who look after it."""

from typing import NamedTuple

from mutualaid.ending.models import WindingDown
from mutualaid.ending.steps.closing import needs_with_help, open_needs, series_that_go_on
from mutualaid.ending.steps.telling import AUDIENCES, Audience, messages_of, not_told_in
from mutualaid.notify.models import Notification

State = Notification.State
UNDER_WAY = (State.WAITING, State.TO_CALL)


class Progress(NamedTuple):
    """People and asks that were `told`; whose message is `under_way`, to be sent or rung; and the others.

    `unreached` are those to whom no message may go, whose came back, or may not have arrived; no one before
    all are written. Needs that are `open` without anyone on the way, and `with_help`; weekly `series` that go
    on.
    """

    told: int
    under_way: int
    unreached: int
    open: int
    with_help: int
    series: int

    @property
    def to_tell(self) -> int:
        return self.told + self.under_way + self.unreached


def progress_of(winding: WindingDown) -> Progress:
    """Return it as it is now; by a proposal no one was told. Nine queries."""
    told, under_way, rest = map(sum, zip(*(_told(winding, one) for one in AUDIENCES), strict=True))
    return Progress(
        told=told,
        under_way=under_way if winding.told_at else under_way + rest,
        unreached=rest if winding.told_at else 0,
        open=open_needs().count(),
        with_help=needs_with_help().count(),
        series=series_that_go_on().count(),
    )


def _told(winding: WindingDown, audience: Audience) -> tuple[int, int, int]:
    """How many of them were told, have a message under way, and neither of both."""
    messages = messages_of(winding, audience.ends)
    return (
        messages.filter(state=State.SENT).count(),
        messages.filter(state__in=UNDER_WAY).count(),
        not_told_in(winding, audience, State.SENT, *UNDER_WAY).count(),
    )
