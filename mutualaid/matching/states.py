"""Which transitions a match can take. That its need has ended is a state of the need, not repeated here."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from mutualaid.transitions import Transition


class MatchState(TextChoices):
    SUGGESTED = "suggested", _("fits")
    NOTIFIED = "notified", _("asked")
    SEEN = "seen", _("is thinking about it")
    ACCEPTED = "accepted", _("said yes")
    DECLINED = "declined", _("said no")
    SUPERSEDED = "superseded", _("someone else said yes")
    CANCELLED = "cancelled", _("left out by a coordinator")


class DeclineReason(TextChoices):
    """Why not. What each rules out: see `matching.refusals`."""

    CANNOT = "cannot", _("I can't do this one")
    NOT_THIS_WEEK = "not_this_week", _("Not this week")
    TOO_FAR = "too_far", _("It is too far")
    NEVER = "never", _("Never this kind of help")


S = MatchState
INVITED = (S.NOTIFIED, S.SEEN)
"""The volunteer was invited and has not said yes or no."""

NOT_INVITED = (S.SUGGESTED, S.SUPERSEDED)
"""They have not heard of the need, or somebody else was faster."""

UNANSWERED = (S.SUGGESTED, *INVITED)
"""They may be invited, or were invited and have not said yes or no."""

MATCH_TRANSITIONS = {
    "invite": Transition((S.SUGGESTED,), S.NOTIFIED),
    "think": Transition(INVITED, S.SEEN),
    "accept": Transition((*UNANSWERED, S.DECLINED, S.SUPERSEDED), S.ACCEPTED),
    "assign": Transition((*UNANSWERED, S.DECLINED, S.SUPERSEDED, S.CANCELLED), S.ACCEPTED),
    "decline": Transition(UNANSWERED, S.DECLINED),
    "supersede": Transition(UNANSWERED, S.SUPERSEDED),
    "leave_out": Transition((*UNANSWERED, S.SUPERSEDED), S.CANCELLED),
    "look_again": Transition((S.SUPERSEDED,), S.SUGGESTED),
    "invite_again": Transition((S.NOTIFIED,), S.SUGGESTED),
}
