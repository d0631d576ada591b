"""Why a step of a neighbour or a volunteer was not taken, told kindly, in one place for all pages."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib import messages
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mutualaid.encryption.fields import WrongKey
from requests_app import actions

REFUSALS: dict[type[Exception], Promise] = {
    actions.StateChanged: _("This has changed in the meantime. Here is how it stands."),
    actions.Erased: _("Everything about this has been erased, so nothing can be changed any more."),
    actions.NotForYou: _("This one cannot be yours to take on. Others have been asked."),
    actions.WeekIsFull: _("You have taken on all you wished for this week."),
    actions.TooManyLooks: _(
        "You have looked very often today. Please ring us, or try again tomorrow."
    ),
    WrongKey: _("We cannot read the details just now, so nothing was changed. Nothing is lost."),
}


@contextmanager
def tell_refusal(request: HttpRequest, *, about: str = "") -> Iterator[None]:
    """Take a step within the block; where the actions refuse it, the next page says kindly why.

    `about` names what the step was about, where the page shows several such things.
    """
    try:
        yield
    except tuple(REFUSALS) as refusal:
        words = words_of(refusal)
        messages.warning(request, f"{about}: {words}" if about else words)


def words_of(refusal: Exception) -> str:
    """Why a step was not taken."""
    kind = next(kind for kind in type(refusal).__mro__ if kind in REFUSALS)
    return str(REFUSALS[kind])
