"""A lost link is sent again, to the contact point on file and nowhere else.

The page only writes a row, so its answer takes as long for a contact point we know as for any other. A
worker looks whose it is.
"""

from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone

from mutualaid.celery import enqueue_on_commit
from mutualaid.encryption.fingerprints import fingerprints
from mutualaid.notify.outbox import enqueue
from requests_app.models import Ask, LinkRecoveryRequest
from requests_app.models.ask import AskQuerySet


@transaction.atomic
def ask_for_link(typed: str) -> None:
    """Note that someone with this contact point lost their link."""
    lost = LinkRecoveryRequest.objects.create(
        fingerprints=",".join(sorted(fingerprints(typed))[:9])
    )
    enqueue_on_commit("requests_app.tasks.answer_link_recovery", lost.pk)


@transaction.atomic
def answer(pk: int) -> None:
    """Send fresh links to the e-mail on file, at most one an hour; without one, ask to be rung."""
    lost = LinkRecoveryRequest.objects.filter(pk=pk).first()
    if lost is None or not LinkRecoveryRequest.objects.filter(pk=pk).delete()[0]:
        return
    hour = timezone.now().strftime("%Y-%m-%dT%H")
    for ask in _asks_with(lost.fingerprints.split(",")):
        contact = ask.readable_contact
        if contact and contact.safe_email:
            enqueue("ask_link", about_id=ask.pk, key=f"ask_link:{ask.pk}:{hour}")
        else:
            Ask.objects.filter(pk=ask.pk, call_back_at=None).update(call_back_at=Now())


def _asks_with(given: list[str]) -> AskQuerySet:
    """The asks with a way back that were made with one of these contact points."""
    return Ask.objects.with_way_back().filter(contact_points__fingerprint__in=filter(None, given))
