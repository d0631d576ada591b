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
    DELIVERED = "delivered", _("done")
    CONFIRMED = "confirmed", _("confirmed by the neighbour")
    RELEASED = "released", _("let go")
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
    DELIVER = "deliver", _("done")
    NOT_ARRIVED = "not_arrived", _("it did not arrive")
    CONFIRM = "confirm", _("it arrived")
    WITHDRAW = "withdraw", _("taken back")
    CLOSE = "close", _("closed")


N, C = NeedState, ClaimState

NEED_MOVES = {
    "publish": Move((N.TRIAGE,), N.OPEN),
    "claim": Move((N.OPEN,), N.CLAIMED),
    "assign": Move((N.TRIAGE, N.OPEN), N.CLAIMED),
    "release": Move((N.CLAIMED,), N.OPEN),
    "deliver": Move((N.CLAIMED,), N.DELIVERED),
    "not_arrived": Move((N.DELIVERED,), N.OPEN),
    "confirm": Move((N.CLAIMED, N.DELIVERED), N.CLOSED),
    "withdraw": Move((N.TRIAGE, N.OPEN, N.CLAIMED), N.CLOSED),
    "close": Move((N.TRIAGE, N.OPEN, N.CLAIMED, N.DELIVERED), N.CLOSED),
}

CLAIM_MOVES = {
    "deliver": Move((C.CLAIMED,), C.DELIVERED),
    "confirm": Move((C.CLAIMED, C.DELIVERED), C.CONFIRMED),
    "release": Move((C.CLAIMED,), C.RELEASED),
    "not_arrived": Move((C.DELIVERED,), C.RELEASED),
    "cancel": Move((C.CLAIMED, C.DELIVERED), C.CANCELLED),
}

LIVE_CLAIM = (C.CLAIMED, C.DELIVERED)
"""A claim in one of these has the need to itself."""

COUNTS_FOR_THE_WEEK = (C.CLAIMED, C.DELIVERED, C.CONFIRMED)
"""A claim in one of these fills a place in the volunteer's week."""
