"""The states of needs and claims, and which transitions lead from one to another.

The picture in mutualaid/docs/life.md is tested against this.
"""

from collections.abc import Collection

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _

from mutualaid.transitions import Transition


class NeedState(TextChoices):
    TRIAGE = "triage", _("needs review")
    NO_ANSWER = "no_answer", _("not reached yet")
    ON_HOLD = "on_hold", _("on hold")
    REFERRED = "referred", _("passed on")
    MERGED = "merged", _("with another need")
    OPEN = "open", _("looking")
    CLAIMED = "claimed", _("someone is coming")
    DELIVERED = "delivered", _("done")
    CLOSED = "closed", _("closed")


class ClaimState(TextChoices):
    CLAIMED = "claimed", _("said yes")
    CONTACTED = "contacted", _("in touch")
    SCHEDULED = "scheduled", _("a day is agreed")
    DELIVERED = "delivered", _("done")
    CONFIRMED = "confirmed", _("confirmed by the neighbour")
    RELEASED = "released", _("let go")
    LAPSED = "lapsed", _("it ran out of time")
    UNCONFIRMED = "unconfirmed", _("done; we didn't hear from the neighbour")
    CANCELLED = "cancelled", _("no longer needed")
    REASSIGNED = "reassigned", _("given to someone else")
    CANCELLED_BY_NEIGHBOUR = "cancelled_by_neighbour", _("the neighbour asked for someone else")
    NO_SHOW = "no_show", _("didn't come")


class CloseReason(TextChoices):
    FULFILLED = "fulfilled", _("the help arrived")
    PARTLY = "partly", _("part of it arrived")
    UNABLE = "unable", _("no one could do it")
    WITHDRAWN = "withdrawn", _("the neighbour took it back")
    OTHER_HELP = "other_help", _("help came from elsewhere")
    REFERRED = "referred", _("passed on to others")
    DUPLICATE = "duplicate", _("the same need is here twice")
    UNSAFE = "unsafe", _("it wasn't safe")
    UNREACHABLE = "unreachable", _("the neighbour could not be reached")
    EXPIRED = "expired", _("it ran out of time")
    UNCONFIRMED = "unconfirmed", _("done; we didn't hear from the neighbour")


class Urgency(IntegerChoices):
    LOW = 1, _("No hurry")
    NORMAL = 2, _("This week")
    HIGH = 3, _("In two days")
    CRITICAL = 4, _("Today")


class Question(TextChoices):
    """What a coordinator asks back before a need is published, in the words of the message."""

    WHAT = "what", _("What exactly do you need?")
    WHEN = "when", _("Which day and time are good for you?")
    WHERE = "where", _("Which part of the area is it in?")
    HOW_MANY = "how_many", _("How many people is it for?")
    TALK = "talk", _("When is a good time to call you about it?")


class NeedAction(TextChoices):
    POST = "post", _("asked")
    PUBLISH = "publish", _("published")
    NO_ANSWER = "no_answer", _("could not be reached")
    HOLD = "hold", _("put on hold")
    REFER = "refer", _("passed on to others")
    RESUME = "resume", _("taken up again")
    MERGE = "merge", _("put together with another need")
    UNMERGE = "unmerge", _("stands alone again")
    SET_HELPER_COUNT = "set_helper_count", _("another number of helpers")
    SPLIT = "split", _("made into several tasks")
    CLAIM = "claim", _("said yes")
    ASSIGN = "assign", _("assigned")
    REASSIGN = "reassign", _("given to someone else")
    RELEASE = "release", _("let go")
    CANCEL_HELPER = "cancel_helper", _("the neighbour asked for someone else")
    NO_SHOW = "no_show", _("no one came")
    CONTACT = "contact", _("in touch")
    SCHEDULE = "schedule", _("a day is agreed")
    LAPSE = "lapse", _("it ran out of time")
    EXTEND = "extend", _("kept open")
    EXPIRE = "expire", _("no one was found in time")
    CLOSE_UNCONFIRMED = "close_unconfirmed", _("we didn't hear from the neighbour")
    DELIVER = "deliver", _("done")
    NOT_ARRIVED = "not_arrived", _("it didn't arrive")
    NEED_MORE = "need_more", _("part of it arrived, more is needed")
    CONFIRM = "confirm", _("it arrived")
    CHANGE = "change", _("changed by the neighbour")
    ASK_BACK = "ask_back", _("asked for a detail")
    REREAD = "reread", _("to be read again")
    CODE = "code", _("a code was made")
    WITHDRAW = "withdraw", _("taken back")
    CLOSE = "close", _("closed")
    REOPEN = "reopen", _("closing undone")
    FOR_NEWCOMERS = "for_newcomers", _("fine for someone new")
    NOT_FOR_NEWCOMERS = "not_for_newcomers", _("not for someone new any more")


N, C = NeedState, ClaimState

WAITING = (N.TRIAGE, N.OPEN)
"""It waits for a helper, and ends in time if there is none."""

ASIDE = (N.NO_ANSWER, N.ON_HOLD, N.REFERRED)
"""Put aside until the day `aside_until`; no one is looked for meanwhile."""

WITH_HELPERS = (N.OPEN, N.CLAIMED, N.DELIVERED)
"""There may be claims. A need for several helpers stays open until all its places are taken."""

DERIVED_FROM_CLAIMS = "claims"
"""Instead of a target: the claims of the need decide; see `state_from_claims`."""

BEFORE_CLOSE = "before_close"
"""Instead of a target: the state from which the need was closed, as its history tells."""

NEED_TRANSITIONS = {
    "publish": Transition((N.TRIAGE,), N.OPEN),
    "reread": Transition((N.OPEN,), N.TRIAGE),
    "no_answer": Transition((*WAITING, N.NO_ANSWER), N.NO_ANSWER),
    "hold": Transition(WAITING, N.ON_HOLD),
    "refer": Transition(WAITING, N.REFERRED),
    "resume": Transition(ASIDE, N.OPEN),
    "merge": Transition((*WAITING, *ASIDE), N.MERGED),
    "unmerge": Transition((N.MERGED,), N.OPEN),
    "claim": Transition((N.OPEN,), DERIVED_FROM_CLAIMS),
    "assign": Transition(WAITING, DERIVED_FROM_CLAIMS),
    "reassign": Transition((N.OPEN, N.CLAIMED), DERIVED_FROM_CLAIMS),
    "set_helper_count": Transition(WITH_HELPERS, DERIVED_FROM_CLAIMS),
    "release": Transition((N.OPEN, N.CLAIMED), DERIVED_FROM_CLAIMS),
    "lapse": Transition((N.OPEN, N.CLAIMED), DERIVED_FROM_CLAIMS),
    "cancel_helper": Transition((N.OPEN, N.CLAIMED), DERIVED_FROM_CLAIMS),
    "no_show": Transition(WITH_HELPERS, DERIVED_FROM_CLAIMS),
    "deliver": Transition((N.OPEN, N.CLAIMED), DERIVED_FROM_CLAIMS),
    "not_arrived": Transition(WITH_HELPERS, DERIVED_FROM_CLAIMS),
    "need_more": Transition(WITH_HELPERS, DERIVED_FROM_CLAIMS),
    "confirm": Transition(WITH_HELPERS, DERIVED_FROM_CLAIMS),
    "close_unconfirmed": Transition(WITH_HELPERS, DERIVED_FROM_CLAIMS),
    "expire": Transition(WAITING, N.CLOSED),
    "withdraw": Transition((*WAITING, *ASIDE, N.CLAIMED), N.CLOSED),
    "close": Transition((*WAITING, *ASIDE, N.MERGED, N.CLAIMED, N.DELIVERED), N.CLOSED),
    "reopen": Transition((N.CLOSED,), BEFORE_CLOSE),
}

LEADS_ON = ("publish", "resume", "release")
"""After these, someone is looked for (again)."""

LEADS_BACK = {
    N.TRIAGE: "reread",
    N.NO_ANSWER: "no_answer",
    N.ON_HOLD: "hold",
    N.REFERRED: "refer",
    N.OPEN: "assign",
    N.CLAIMED: "assign",
}
"""By the state before one of them: the transition that leads from open back there."""

CHANGEABLE = (*WAITING, N.CLAIMED)
"""The neighbour can still change the need."""

ON_THE_WAY = (C.CLAIMED, C.CONTACTED, C.SCHEDULED)
"""The volunteer is on the way, and may see how to reach the neighbour."""

IN_TOUCH = (C.CONTACTED, C.SCHEDULED)
"""Volunteer and neighbour have talked; the volunteer has not said yet how it went."""

CLAIM_TRANSITIONS = {
    "contact": Transition((C.CLAIMED,), C.CONTACTED),
    "schedule": Transition(ON_THE_WAY, C.SCHEDULED),
    "deliver": Transition(ON_THE_WAY, C.DELIVERED),
    "confirm": Transition((*ON_THE_WAY, C.DELIVERED), C.CONFIRMED),
    "close_unconfirmed": Transition((C.DELIVERED,), C.UNCONFIRMED),
    "release": Transition(ON_THE_WAY, C.RELEASED),
    "lapse": Transition(ON_THE_WAY, C.LAPSED),
    "reassign": Transition(ON_THE_WAY, C.REASSIGNED),
    "cancel_helper": Transition(ON_THE_WAY, C.CANCELLED_BY_NEIGHBOUR),
    "no_show": Transition((*ON_THE_WAY, C.DELIVERED), C.NO_SHOW),
    "not_arrived": Transition((C.DELIVERED,), C.RELEASED),
    "cancel": Transition((*ON_THE_WAY, C.DELIVERED), C.CANCELLED),
    "reinstate_claimed": Transition((C.CANCELLED, C.RELEASED), C.CLAIMED),
    "reinstate_contacted": Transition((C.CANCELLED, C.RELEASED), C.CONTACTED),
    "reinstate_scheduled": Transition((C.CANCELLED, C.RELEASED), C.SCHEDULED),
    "reinstate_delivered": Transition((C.CANCELLED,), C.DELIVERED),
}

LIVE_CLAIM = (*ON_THE_WAY, C.DELIVERED)
"""On the way, or said to be done and not yet confirmed."""

ENDED_BY_OTHERS = (C.REASSIGNED, C.CANCELLED_BY_NEIGHBOUR, C.NO_SHOW)
"""Its volunteer is told that the help is no longer needed, and not why."""

FILLS_A_PLACE = (*LIVE_CLAIM, C.CONFIRMED, C.UNCONFIRMED)
"""It fills a place of its need, and a slot of the volunteer's week."""


def state_from_claims(wanted: int, claims: Collection[str]) -> NeedState:
    """The state of a need for `wanted` helpers whose claims are in these states.

    Open until all places are filled, then claimed until all are done, then delivered until all are
    confirmed or closed unconfirmed, then closed.
    """
    if sum(state in FILLS_A_PLACE for state in claims) < wanted:
        return N.OPEN
    if any(state in ON_THE_WAY for state in claims):
        return N.CLAIMED
    return N.DELIVERED if C.DELIVERED in claims else N.CLOSED


def close_reason_from_claims(end: CloseReason, claims: Collection[str]) -> CloseReason:
    """Why a need closes whose claims are in these states.

    `end` if no claim was confirmed, since only what a neighbour confirmed counts as help. Fulfilled if
    all were confirmed and the claims themselves closed it (`end` is then "unconfirmed"); else partly.
    """
    filling = [state for state in claims if state in FILLS_A_PLACE]
    if C.CONFIRMED not in filling:
        return end
    all_confirmed = all(state == C.CONFIRMED for state in filling)
    is_fulfilled = all_confirmed and end == CloseReason.UNCONFIRMED
    return CloseReason.FULFILLED if is_fulfilled else CloseReason.PARTLY
