"""The use-cases of a need. Each is one transaction, history and messages included."""

from requests_app.actions.changing import change_need
from requests_app.actions.claiming import (
    NotForYou,
    WeekIsFull,
    assign_need,
    claim_need,
    keep_away,
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
from requests_app.actions.looking import TooManyLooks, contact_for_desk, contact_of_claim
from requests_app.actions.posting import Details, post_need, publish_need
from requests_app.actions.progress import agree_on_day, keep_open, lapse_claim, say_in_touch
from requests_app.moves import StateChanged

__all__ = [
    "Asked",
    "Details",
    "NotForYou",
    "NotWritten",
    "StateChanged",
    "TooManyLooks",
    "WeekIsFull",
    "agree_on_day",
    "assign_need",
    "change_need",
    "claim_need",
    "close_need",
    "confirm_arrival",
    "contact_for_desk",
    "contact_of_claim",
    "deliver_claim",
    "deny_arrival",
    "keep_away",
    "keep_open",
    "lapse_claim",
    "post_need",
    "post_needs",
    "publish_need",
    "release_claim",
    "say_in_touch",
    "withdraw_need",
]
