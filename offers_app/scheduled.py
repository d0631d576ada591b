"""What the clock does with offers: ask whether they still hold, and let those rest that do not answer."""

from collections.abc import Callable, Iterator
from functools import partial

from offers_app.actions import ask_whether_it_holds, pause_offer
from offers_app.models import Offer


def due_jobs() -> Iterator[Callable[[], None]]:
    """Everything that is due now, each as a call; a step that is no longer possible does nothing."""
    for offer in list(Offer.objects.grown_old().select_related("volunteer")):
        yield partial(ask_whether_it_holds, offer)
    for offer in list(Offer.objects.unanswered()):
        yield partial(let_rest, offer)


def let_rest(offer: Offer) -> None:
    """No answer: it rests until they come back by themself. Never deleted."""
    if Offer.objects.unanswered().filter(pk=offer.pk).exists():
        pause_offer(offer, until=None)
