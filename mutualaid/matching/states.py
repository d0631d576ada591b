"""Which steps a match can take. That a need has ended is the need's to say and is not repeated here."""

from typing import NamedTuple

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class MatchState(TextChoices):
    SUGGESTED = "suggested", _("fits")
    NOTIFIED = "notified", _("asked")
    SEEN = "seen", _("is thinking about it")
    ACCEPTED = "accepted", _("said yes")
    DECLINED = "declined", _("said no")
    SUPERSEDED = "superseded", _("somebody else said yes")
    CANCELLED = "cancelled", _("left out by a coordinator")


class DeclineReason(TextChoices):
    """Why not. The matcher obeys: see `matching.refusals`."""

    CANNOT = "cannot", _("I cannot do this one")
    NOT_THIS_WEEK = "not_this_week", _("Not this week")
    TOO_FAR = "too_far", _("It is too far")
    NEVER = "never", _("Never this kind of help")


class Move(NamedTuple):
    sources: tuple[str, ...]
    target: str


S = MatchState
ASKED = (S.NOTIFIED, S.SEEN)
"""The volunteer was asked and has not said yes or no."""

UNANSWERED = (S.SUGGESTED, *ASKED)
"""She may be asked, or was asked and has not said yes or no."""

MATCH_MOVES = {
    "ask": Move((S.SUGGESTED,), S.NOTIFIED),
    "think": Move(ASKED, S.SEEN),
    "accept": Move((*UNANSWERED, S.DECLINED, S.SUPERSEDED), S.ACCEPTED),
    "assign": Move((*UNANSWERED, S.DECLINED, S.SUPERSEDED, S.CANCELLED), S.ACCEPTED),
    "decline": Move(UNANSWERED, S.DECLINED),
    "supersede": Move(UNANSWERED, S.SUPERSEDED),
    "leave_out": Move((*UNANSWERED, S.SUPERSEDED), S.CANCELLED),
    "look_again": Move((S.SUPERSEDED,), S.SUGGESTED),
    "ask_again": Move((S.NOTIFIED,), S.SUGGESTED),
}
