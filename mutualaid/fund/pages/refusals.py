"""Why an action was refused, in a sentence; one place for all pages of the pot."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from mutualaid.encryption.fields import WrongKey
from mutualaid.fund import errors
from mutualaid.transitions import StateChanged

REFUSAL_SENTENCES: dict[type[Exception], StrOrPromise] = {
    StateChanged: _("This has changed in the meantime. Here's how things stand."),
    errors.SeenBefore: _("This was changed after you opened it, so nothing was done. Look again."),
    errors.NotForYou: _("Someone else has to do this. No one decides on their own money."),
    errors.NotEnough: _("The pot doesn't hold enough just now, so nothing was done."),
    errors.WrongDay: _("Choose today or an earlier day."),
    errors.WrongAmount: _("This amount isn't possible here."),
    errors.StillWaiting: _(
        "What you asked for before is still being looked at. Please wait for that."
    ),
    errors.TooManyLooks: _("You've opened a lot in the past hour. Please try again later."),
    WrongKey: _("We can't read the details just now, so we changed nothing. Nothing is lost."),
}


@contextmanager
def tell_refusal(request: HttpRequest) -> Iterator[None]:
    """Call an action within the block; if it is refused, the block ends and the next page says why."""
    try:
        yield
    except tuple(REFUSAL_SENTENCES) as refusal:
        messages.warning(request, sentence_for(refusal))


def sentence_for(refusal: Exception) -> str:
    """The sentence about this exception, which is one of `REFUSAL_SENTENCES` or derived from one."""
    exception = next(kind for kind in type(refusal).__mro__ if kind in REFUSAL_SENTENCES)
    return str(REFUSAL_SENTENCES[exception])
