"""The use-cases of a need. Each is one transaction, history and messages included."""

from requests_app.actions.changing import change_need
from requests_app.actions.claiming import (
    NotForYou,
    WeekIsFull,
    assign_need,
    cancel_helper,
    claim_need,
    keep_away,
    reassign_claim,
    release_claim,
    say_no_show,
)
from requests_app.actions.contact_access import TooManyLooks, contact_for_desk, contact_of_claim
from requests_app.actions.ending import (
    close_need,
    confirm_arrival,
    deliver_claim,
    deny_arrival,
    need_more,
    withdraw_need,
)
from requests_app.actions.erasing import erase_need
from requests_app.actions.headcount import TooFew, want_helpers
from requests_app.actions.importing import Asked, NotWritten, post_needs
from requests_app.actions.on_hold import (
    hold_need,
    merge_need,
    refer_need,
    resume_need,
    say_no_answer,
    unmerge_need,
)
from requests_app.actions.posting import Details, post_need, publish_need
from requests_app.actions.progress import agree_on_day, keep_open, lapse_claim, say_in_touch
from requests_app.actions.series import (
    make_occurrences,
    post_several,
    repeat_need,
    split_need,
    stop_repeating,
)
from requests_app.lifecycle.transitions import StateChanged

__all__ = [
    "Asked",
    "Details",
    "NotForYou",
    "NotWritten",
    "StateChanged",
    "TooFew",
    "TooManyLooks",
    "WeekIsFull",
    "agree_on_day",
    "assign_need",
    "cancel_helper",
    "change_need",
    "claim_need",
    "close_need",
    "confirm_arrival",
    "contact_for_desk",
    "contact_of_claim",
    "deliver_claim",
    "deny_arrival",
    "erase_need",
    "hold_need",
    "keep_away",
    "keep_open",
    "lapse_claim",
    "make_occurrences",
    "merge_need",
    "need_more",
    "post_need",
    "post_needs",
    "post_several",
    "publish_need",
    "reassign_claim",
    "refer_need",
    "release_claim",
    "repeat_need",
    "resume_need",
    "say_in_touch",
    "say_no_answer",
    "say_no_show",
    "split_need",
    "stop_repeating",
    "unmerge_need",
    "want_helpers",
    "withdraw_need",
]
