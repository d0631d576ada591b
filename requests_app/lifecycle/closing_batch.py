"""Needs that a coordinator closes in one step. Their messages wait a while, and until then it can be undone.

The event of each closing carries the code of its batch, and so do the keys of its messages.
"""

from datetime import timedelta
from typing import NamedTuple, TypedDict

CODE_LETTERS = 8


class Held(TypedDict, total=False):
    """What `notify.outbox.enqueue` takes to hold a message."""

    key: str
    hold: timedelta


class ClosingBatch(NamedTuple):
    """`code` names the batch, in `CODE_LETTERS` hexadecimal digits; `hold` is how long messages wait."""

    code: str
    hold: timedelta


def held(batch: ClosingBatch | None, kind: str, about_id: int) -> Held:
    """Return how to hold a message of this kind; of a need closed by itself nothing is held.

    The key has the code in it, so that a need that is reopened and closed again is told again.
    """
    if batch is None:
        return {}
    return {"key": message_key(batch.code, kind, about_id), "hold": batch.hold}


def message_key(code: str, kind: str, about_id: int) -> str:
    return f"{kind}:{about_id}:{code}"
