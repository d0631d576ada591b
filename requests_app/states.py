"""Which steps a need and a claim can take. The picture in ARCHITECTURE.md is tested against this."""

from typing import NamedTuple

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _


class NeedState(TextChoices):
    TRIAGE = "triage", _("a coordinator reads it")
    OPEN = "open", _("looking for somebody")
    CLAIMED = "claimed", _("somebody is coming")
    DELIVERED = "delivered", _("done, not yet confirmed")
    CLOSED = "closed", _("closed")


class ClaimState(TextChoices):
    CLAIMED = "claimed", _("taken on")
    CONTACTED = "contacted", _("in touch")
    SCHEDULED = "scheduled", _("a day is agreed")
    DELIVERED = "delivered", _("done")
    CONFIRMED = "confirmed", _("confirmed by the neighbour")
    RELEASED = "released", _("let go")
    LAPSED = "lapsed", _("its time ran out")
    UNCONFIRMED = "unconfirmed", _("done, the neighbour did not say")
    CANCELLED = "cancelled", _("no longer needed")


class CloseReason(TextChoices):
    FULFILLED = "fulfilled", _("the help arrived")
    PARTLY = "partly", _("part of it arrived")
    UNABLE = "unable", _("nobody could do it")
    WITHDRAWN = "withdrawn", _("the neighbour withdrew it")
    OTHER_HELP = "other_help", _("help came from elsewhere")
    REFERRED = "referred", _("passed on to others")
    DUPLICATE = "duplicate", _("the same need is here twice")
    UNSAFE = "unsafe", _("it was not safe")
    UNREACHABLE = "unreachable", _("the neighbour could not be reached")
    EXPIRED = "expired", _("its time ran out")
    UNCONFIRMED = "unconfirmed", _("done, the neighbour did not say")


class Urgency(IntegerChoices):
    LOW = 1, _("No hurry")
    NORMAL = 2, _("This week")
    HIGH = 3, _("In two days")
    CRITICAL = 4, _("Today")


class Move(NamedTuple):
    sources: tuple[str, ...]
    target: str


class NeedAction(TextChoices):
    POST = "post", _("asked")
    PUBLISH = "publish", _("published")
    CLAIM = "claim", _("taken on")
    ASSIGN = "assign", _("given to somebody")
    RELEASE = "release", _("let go")
    CONTACT = "contact", _("in touch")
    SCHEDULE = "schedule", _("a day is agreed")
    LAPSE = "lapse", _("its time ran out")
    EXTEND = "extend", _("kept open")
    EXPIRE = "expire", _("nobody was found in time")
    ASSUME = "assume", _("the neighbour did not say")
    DELIVER = "deliver", _("done")
    NOT_ARRIVED = "not_arrived", _("it did not arrive")
    CONFIRM = "confirm", _("it arrived")
    CHANGE = "change", _("changed by the neighbour")
    REREAD = "reread", _("to be read once more")
    WITHDRAW = "withdraw", _("taken back")
    CLOSE = "close", _("closed")


N, C = NeedState, ClaimState

NEED_MOVES = {
    "publish": Move((N.TRIAGE,), N.OPEN),
    "reread": Move((N.OPEN,), N.TRIAGE),
    "claim": Move((N.OPEN,), N.CLAIMED),
    "assign": Move((N.TRIAGE, N.OPEN), N.CLAIMED),
    "release": Move((N.CLAIMED,), N.OPEN),
    "lapse": Move((N.CLAIMED,), N.OPEN),
    "deliver": Move((N.CLAIMED,), N.DELIVERED),
    "not_arrived": Move((N.DELIVERED,), N.OPEN),
    "confirm": Move((N.CLAIMED, N.DELIVERED), N.CLOSED),
    "assume": Move((N.DELIVERED,), N.CLOSED),
    "expire": Move((N.TRIAGE, N.OPEN), N.CLOSED),
    "withdraw": Move((N.TRIAGE, N.OPEN, N.CLAIMED), N.CLOSED),
    "close": Move((N.TRIAGE, N.OPEN, N.CLAIMED, N.DELIVERED), N.CLOSED),
}

WAITING = (N.TRIAGE, N.OPEN)
"""Nobody is on her way yet."""

CHANGEABLE = (*WAITING, N.CLAIMED)
"""The neighbour can still change what she told us."""

ON_THE_WAY = (C.CLAIMED, C.CONTACTED, C.SCHEDULED)
"""The volunteer is still to come: she may see how to reach the neighbour."""

CLAIM_MOVES = {
    "contact": Move((C.CLAIMED,), C.CONTACTED),
    "schedule": Move(ON_THE_WAY, C.SCHEDULED),
    "deliver": Move(ON_THE_WAY, C.DELIVERED),
    "confirm": Move((*ON_THE_WAY, C.DELIVERED), C.CONFIRMED),
    "assume": Move((C.DELIVERED,), C.UNCONFIRMED),
    "release": Move(ON_THE_WAY, C.RELEASED),
    "lapse": Move((C.CLAIMED,), C.LAPSED),
    "not_arrived": Move((C.DELIVERED,), C.RELEASED),
    "cancel": Move((*ON_THE_WAY, C.DELIVERED), C.CANCELLED),
}

LIVE_CLAIM = (*ON_THE_WAY, C.DELIVERED)
"""A claim in one of these has the need to itself."""

COUNTS_FOR_THE_WEEK = (*LIVE_CLAIM, C.CONFIRMED, C.UNCONFIRMED)
"""A claim in one of these fills a place in the volunteer's week."""
