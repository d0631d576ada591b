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
    actions.StateChanged: _("This has changed in the meantime. Here's how things stand."),
    actions.Erased: _("Everything about this has been erased, so it can't be changed."),
    actions.NotForYou: _("This one isn't open to you. We've asked others."),
    actions.WeekIsFull: _("You've said yes to as much as you wanted for that week."),
    actions.TooManyLooks: _("You've looked many times today. Please try again tomorrow."),
    WrongKey: _("We can't read the details just now, so we changed nothing. Nothing is lost."),
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
        messages.warning(request, _(": ").join(filter(None, (about, sentence))))


def sentence_for(refusal: Exception) -> str:
    """The sentence about this exception, which is one of `REFUSAL_SENTENCES` or derived from one."""
    if isinstance(refusal, actions.NotNow):
        return str(refusal.hindrance.label)
    exception = next(c for c in type(refusal).__mro__ if c in REFUSAL_SENTENCES)
    return str(REFUSAL_SENTENCES[exception])
