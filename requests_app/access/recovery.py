"""Send a lost link again, to the contact point of the ask and nowhere else.

The page only writes a row, so that it answers as fast for a contact point of an ask as for any other. A
worker finds the asks.
"""

from django.db import transaction
from django.db.models.functions import Now

from mutualaid import clock
from mutualaid.celery import enqueue_on_commit
from mutualaid.encryption.fingerprints import fingerprints
from mutualaid.notify.outbox import enqueue
from mutualaid.policy.current import current_policy
from requests_app.models import Ask, LinkRecoveryRequest
from requests_app.models.ask import AskQuerySet

MOST_CONTACT_POINTS = 9
"""So many fingerprints fit into the row."""


@transaction.atomic
def ask_for_link(typed: str) -> None:
    """Note that someone with these phones or e-mails, at most `MOST_CONTACT_POINTS`, lost their link."""
    points = sorted(fingerprints(typed))[:MOST_CONTACT_POINTS]
    request = LinkRecoveryRequest.objects.create(fingerprints=",".join(points))
    enqueue_on_commit("requests_app.tasks.answer_link_recovery", request.pk)


@transaction.atomic
def answer(pk: int) -> None:
    """Answer a request for the link of each ask with one of its contact points, and delete the request.

    A new link goes to the safe e-mail of the ask, at most one an hour; without one, if it cannot be read,
    or if all its needs are held back, the neighbour waits for a call (`call_back_at`). Of many asks the
    newest are answered, as many as codes may be sent in an hour. Does nothing if it was answered already.
    """
    request = LinkRecoveryRequest.objects.filter(pk=pk).first()
    if request is None or not LinkRecoveryRequest.objects.filter(pk=pk).delete()[0]:
        return
    hour = clock.now().strftime("%Y-%m-%dT%H")
    for ask in _asks_made_with(request.fingerprints.split(",")):
        contact = ask.readable_contact
        may_write = ask.needs.filter(held_back="").exists()
        if contact and contact.safe_email and may_write:
            enqueue("ask_link", about_id=ask.pk, key=f"ask_link:{ask.pk}:{hour}")
        else:
            Ask.objects.filter(pk=ask.pk, call_back_at=None).update(call_back_at=Now())


def _asks_made_with(points: list[str]) -> AskQuerySet:
    """The newest asks whose links still open and that have a contact point with one of these fingerprints."""
    asks = Ask.objects.with_way_back().made_with(filter(None, points))
    return asks.order_by("-pk")[: current_policy().codes_per_hour_contact]
