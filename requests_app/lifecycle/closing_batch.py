"""Needs that a coordinator closes in one step. Their messages wait a while, and until then it can be undone.

No table of its own: the event of each closing carries the code of its batch and what the row of the need
no longer tells, and so do the keys of the messages.
"""

from datetime import date, timedelta
from typing import NamedTuple, TypedDict

from requests_app.states import CloseReason

CODE_LETTERS = 8


class Held(TypedDict, total=False):
    """What `notify.outbox.enqueue` takes to hold a message."""

    key: str
    hold: timedelta


class ClosingBatch(NamedTuple):
    """`code` names the batch, in `CODE_LETTERS` hexadecimal digits; `hold` is how long messages wait."""

    code: str
    hold: timedelta

    def event_reason(self, reason: CloseReason, aside_until: date | None = None) -> str:
        """Return the `reason` of the event, such as "unable:1f3a5b7c", or "unable:1f3a5b7c:2026-12-01"."""
        return ":".join([reason, self.code, *([aside_until.isoformat()] if aside_until else [])])


def held(batch: ClosingBatch | None, kind: str, about_id: int) -> Held:
    """Return how to hold a message of this kind; of a need closed by itself nothing is held.

    The key has the code in it, so that a need that is reopened and closed again is told again.
    """
    if batch is None:
        return {}
    return {"key": message_key(batch.code, kind, about_id), "hold": batch.hold}


def message_key(code: str, kind: str, about_id: int) -> str:
    return f"{kind}:{about_id}:{code}"


def aside_until_of(event_reason: str) -> date | None:
    """Return the day in the `reason` of a closing, until which the need had been put aside."""
    _reason, _code, *day = event_reason.split(":")
    return date.fromisoformat(day[0]) if day else None
