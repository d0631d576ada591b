"""What the clock does with offers: ask whether they still hold, and pause those without an answer."""

from collections.abc import Callable, Iterator
from functools import partial

from offers_app.actions import ask_whether_it_holds, pause_offer
from offers_app.models import Offer


def due_jobs() -> Iterator[Callable[[], None]]:
    """Everything that is due now, each as a call, which does nothing where it is no longer due."""
    for offer in list(Offer.objects.grown_old().select_related("volunteer")):
        yield partial(ask_whether_it_holds, offer)
    for offer in list(Offer.objects.unanswered()):
        yield partial(pause_unanswered, offer)


def pause_unanswered(offer: Offer) -> None:
    """Pause an offer without an answer until they come back by themself. It is never deleted.

    Re-checked, as they may have answered since the query.
    """
    if Offer.objects.unanswered().filter(pk=offer.pk).exists():
        pause_offer(offer, until=None)
