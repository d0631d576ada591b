"""The states of a thing, of a neighbour's wish for it, and of a loan; and what leads from one to another.

The pictures in mutualaid/docs/life.md are tested against this.
"""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from mutualaid.transitions import Transition


class Mode(TextChoices):
    GIVE = "give", _("to keep")
    LEND = "lend", _("to borrow")
    SURPLUS = "surplus", _("left over, until this evening")


class ThingState(TextChoices):
    OFFERED = "offered", _("listed")
    PAUSED = "paused", pgettext_lazy("a thing", "paused")
    GONE = "gone", _("all given out")
    WITHDRAWN = "withdrawn", _("taken off the list")
    EXPIRED = "expired", _("its time is over")


class RequestState(TextChoices):
    WAITING = "waiting", _("waits for its owner")
    GRANTED = "granted", _("they said yes")
    DECLINED = "declined", _("not this time")
    UNANSWERED = "unanswered", _("no answer came in time")
    RUN_OUT = "run_out", _("it went to someone else")
    NOT_NEEDED = "not_needed", _("no longer needed")
    UNDONE = "undone", _("it didn't work out")


class LoanState(TextChoices):
    OUT = "out", _("lent")
    BACK = "back", _("back")
    KEPT = "kept", _("kept, and that's fine")
    BROKEN = "broken", _("it broke")
    LOST = "lost", _("it is lost")
    NOT_LENT = "not_lent", _("it wasn't lent after all")
    OWNER_LEFT = "owner_left", _("its owner has left")


class WithdrawReason(TextChoices):
    """Why a coordinator took a thing off the list, in words for its owner."""

    UNSAFE = "unsafe", _("It may not be safe.")
    NOT_HERE = "not_here", _("We don't pass on things of this kind.")
    UNCLEAR = "unclear", _("It isn't clear what it is.")
    TWICE = "twice", _("It is listed twice.")


T, R, L = ThingState, RequestState, LoanState

LISTED = (T.OFFERED, T.PAUSED)
"""It fills a place among the things of its owner."""
ENDED_THINGS = (T.GONE, T.WITHDRAWN, T.EXPIRED)
MOVES_ON = (R.DECLINED, R.UNANSWERED, R.RUN_OUT, R.UNDONE)
"""After these, others are looked for."""
SAID_OF_A_LOAN = (L.BACK, L.KEPT, L.BROKEN, L.LOST)
"""What either of the two may say of a loan."""

THING_TRANSITIONS = {
    "pause": Transition((T.OFFERED,), T.PAUSED),
    "resume": Transition((T.PAUSED,), T.OFFERED),
    "run_out": Transition(LISTED, T.GONE),
    "withdraw": Transition(LISTED, T.WITHDRAWN),
    "expire": Transition(LISTED, T.EXPIRED),
    "list_again": Transition((T.GONE, T.EXPIRED, T.WITHDRAWN), T.OFFERED),
}
REQUEST_TRANSITIONS = {
    "grant": Transition((R.WAITING,), R.GRANTED),
    "decline": Transition((R.WAITING,), R.DECLINED),
    "lapse": Transition((R.WAITING,), R.UNANSWERED),
    "run_out": Transition((R.WAITING,), R.RUN_OUT),
    "drop": Transition((R.WAITING,), R.NOT_NEEDED),
    "undo": Transition((R.GRANTED,), R.UNDONE),
}
LOAN_TRANSITIONS = {
    "back": Transition((L.OUT,), L.BACK),
    "kept": Transition((L.OUT,), L.KEPT),
    "broken": Transition((L.OUT,), L.BROKEN),
    "lost": Transition((L.OUT,), L.LOST),
    "undo": Transition((L.OUT,), L.NOT_LENT),
    "leave": Transition((L.OUT,), L.OWNER_LEFT),
}
