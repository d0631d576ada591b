"""Why something was refused, in one sentence for every page and link."""

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise, StrPromise

from mutualaid.lending import actions
from mutualaid.transitions import StateChanged
from requests_app.actions import NotForYou, WeekIsFull
from requests_app.actions.claiming import NotNow

CHANGED = _("This has changed in the meantime.")
REFUSALS: dict[type[Exception], StrPromise] = {
    actions.LendingOff: _("Our group no longer passes on things here."),
    actions.NotYours: CHANGED,
    actions.RunOut: _("There aren't so many left."),
    actions.TooManyThings: _(
        "You've listed a lot already, thank you! Take something off first, then list more."
    ),
    WeekIsFull: _("You've said yes to a lot this week. Someone else can go on."),
    NotForYou: CHANGED,
    StateChanged: CHANGED,
}


def refused_because(refusal: Exception) -> StrOrPromise:
    """Return the sentence for one of `REFUSALS`; for someone who holds all they may, which limit it is."""
    if isinstance(refusal, NotNow):
        return str(refusal.hindrance.label)
    return next(words for kind, words in REFUSALS.items() if isinstance(refusal, kind))
