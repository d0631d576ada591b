"""The use cases of an ask and its needs. Each is one transaction, with its history and its messages."""

from mutualaid.transitions import StateChanged
from requests_app.actions.alike import Alike, NewAsk, find_alike
from requests_app.actions.calls import log_call, mark_taken_for_someone
from requests_app.actions.changing import change_ask, change_need, end_exclusion, exclude
from requests_app.actions.claiming import (
    NotForYou,
    NotNow,
    TooFew,
    WeekIsFull,
    assign_need,
    cancel_helper,
    claim_need,
    reassign_claim,
    release_claim,
    report_no_show,
    set_helper_count,
)
from requests_app.actions.closing import close_needs, closed_batch, undo_closing
from requests_app.actions.contact_access import (
    TooManyLooks,
    WayBack,
    contact_for_coordinator,
    contact_of_claim,
    find_asks_by_name,
    find_asks_made_with,
    make_code,
    note_code_used,
    note_download,
)
from requests_app.actions.contact_export import (
    EXPORTED_A_DAY,
    LONGEST_REASON,
    TooManyExported,
    export_contacts,
    exportable,
)
from requests_app.actions.ending import (
    close_need,
    confirm_arrival,
    deliver_claim,
    need_more,
    report_not_arrived,
    withdraw_need,
)
from requests_app.actions.erasing import erase_ask, erase_need
from requests_app.actions.importing import ImportedAsk, NotWritten, import_asks
from requests_app.actions.merging import (
    mark_alike,
    merge_asks,
    merge_need,
    unmark_alike,
    unmerge_asks,
    unmerge_need,
)
from requests_app.actions.newcomers import set_for_newcomers
from requests_app.actions.on_hold import hold_need, mark_unreachable, refer_need, resume_need
from requests_app.actions.progress import agree_on_day, keep_open, lapse_claim, report_in_touch
from requests_app.actions.sending import (
    ContactDetails,
    NeedDetails,
    Origin,
    add_needs,
    publish_need,
    publish_needs,
    send_ask,
)
from requests_app.actions.series import make_occurrences, repeat_need, split_need, stop_repeating
from requests_app.actions.words import NotReachable, Words, ask_back, read_words
from requests_app.models import Erased

__all__ = [
    "EXPORTED_A_DAY",
    "LONGEST_REASON",
    "Alike",
    "ContactDetails",
    "Erased",
    "ImportedAsk",
    "NeedDetails",
    "NewAsk",
    "NotForYou",
    "NotNow",
    "NotReachable",
    "NotWritten",
    "Origin",
    "StateChanged",
    "TooFew",
    "TooManyExported",
    "TooManyLooks",
    "WayBack",
    "WeekIsFull",
    "Words",
    "add_needs",
    "agree_on_day",
    "ask_back",
    "assign_need",
    "cancel_helper",
    "change_ask",
    "change_need",
    "claim_need",
    "close_need",
    "close_needs",
    "closed_batch",
    "confirm_arrival",
    "contact_for_coordinator",
    "contact_of_claim",
    "deliver_claim",
    "end_exclusion",
    "erase_ask",
    "erase_need",
    "exclude",
    "export_contacts",
    "exportable",
    "find_alike",
    "find_asks_by_name",
    "find_asks_made_with",
    "hold_need",
    "import_asks",
    "keep_open",
    "lapse_claim",
    "log_call",
    "make_code",
    "make_occurrences",
    "mark_alike",
    "mark_taken_for_someone",
    "mark_unreachable",
    "merge_asks",
    "merge_need",
    "need_more",
    "note_code_used",
    "note_download",
    "publish_need",
    "publish_needs",
    "read_words",
    "reassign_claim",
    "refer_need",
    "release_claim",
    "repeat_need",
    "report_in_touch",
    "report_no_show",
    "report_not_arrived",
    "resume_need",
    "send_ask",
    "set_for_newcomers",
    "set_helper_count",
    "split_need",
    "stop_repeating",
    "undo_closing",
    "unmark_alike",
    "unmerge_asks",
    "unmerge_need",
    "withdraw_need",
]
