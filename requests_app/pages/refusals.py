"""Why an action was refused, in a sentence for the neighbour or the volunteer; one place for all pages."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib import messages
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mutualaid.encryption.fields import WrongKey
from requests_app import actions

REFUSAL_SENTENCES: dict[type[Exception], Promise] = {
    actions.StateChanged: _("This has changed in the meantime. Here is how it stands."),
    actions.Erased: _("Everything about this has been erased, so nothing can be changed any more."),
    actions.NotForYou: _("This one cannot be yours to take on. Others have been asked."),
    actions.WeekIsFull: _("You have taken on all you wished for this week."),
    actions.TooManyLooks: _("You have looked very often today. Please try again tomorrow."),
    WrongKey: _("We cannot read the details just now, so nothing was changed. Nothing is lost."),
}


@contextmanager
def tell_refusal(request: HttpRequest, *, about: str = "") -> Iterator[None]:
    """Call an action within the block; if it is refused, the block ends and the next page says why.

    `about` is the title of the need, where the page shows several.
    """
    try:
        yield
    except tuple(REFUSAL_SENTENCES) as refusal:
        sentence = sentence_for(refusal)
        messages.warning(request, f"{about}: {sentence}" if about else sentence)


def sentence_for(refusal: Exception) -> str:
    """The sentence about this exception, which is one of `REFUSAL_SENTENCES` or derived from one."""
    if isinstance(refusal, actions.NotNow):
        return str(refusal.hindrance.label)
    exception = next(c for c in type(refusal).__mro__ if c in REFUSAL_SENTENCES)
    return str(REFUSAL_SENTENCES[exception])
