"""How hours are put into words: a balance, what came of an answer, and why something was refused."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_stubs_ext import StrPromise

from mutualaid.hours import actions
from mutualaid.hours.durations import in_words
from mutualaid.hours.models import HourNote
from mutualaid.transitions import StateChanged

NOT_RIGHT = gettext_lazy("Thanks for telling us. Nothing is counted.")
REFUSALS: dict[type[Exception], StrPromise] = {
    actions.HoursOff: gettext_lazy("Our group no longer notes hours."),
    actions.NotForYou: gettext_lazy(
        "You can't note this here. Both of you have to be known in our group."
    ),
    actions.NotedAlready: gettext_lazy("This is noted already, or waits for an answer."),
    StateChanged: gettext_lazy("This has changed in the meantime. Here's how things stand."),
}


def balance_in_words(minutes: int) -> str:
    """Return what someone reads of their own balance; no number is better than another."""
    if minutes > 0:
        return _("You have given %(hours)s more than you received. That's fine.") % {
            "hours": in_words(minutes)
        }
    if minutes < 0:
        return _("You have received %(hours)s more than you gave. That's fine.") % {
            "hours": in_words(-minutes)
        }
    return _("You have given as much as you received.")


def said_after(note: HourNote) -> str:
    """Return what someone reads who just agreed."""
    if note.is_gift:
        return _("Thank you. It would have gone past the limit, so it is noted as a gift.")
    return _("Thank you. It is noted.")
