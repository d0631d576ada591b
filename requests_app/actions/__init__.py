"""The use-cases of a need. Each is one transaction, history and messages included."""

from requests_app.actions.claiming import (
    NotForYou,
    WeekIsFull,
    assign_need,
    claim_need,
    release_claim,
)
from requests_app.actions.ending import (
    close_need,
    confirm_arrival,
    deliver_claim,
    deny_arrival,
    withdraw_need,
)
from requests_app.actions.importing import Asked, NotWritten, post_needs
from requests_app.actions.posting import Details, post_need, publish_need
from requests_app.moves import StateChanged

__all__ = [
    "Asked",
    "Details",
    "NotForYou",
    "NotWritten",
    "StateChanged",
    "WeekIsFull",
    "assign_need",
    "claim_need",
    "close_need",
    "confirm_arrival",
    "deliver_claim",
    "deny_arrival",
    "post_need",
    "post_needs",
    "publish_need",
    "release_claim",
    "withdraw_need",
]
