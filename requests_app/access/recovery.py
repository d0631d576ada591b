"""A lost link is sent again, to the address on file and nowhere else.

The page only writes a row, so its answer takes as long for an address we know as for any other. A
worker looks whose it is.
"""

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from mutualaid.celery import nudge
from mutualaid.encryption.blind_index import index_values
from mutualaid.notify.outbox import enqueue
from requests_app.models import LinkRecoveryRequest, Need
from requests_app.models.need import NeedQuerySet


def needs_of_address(typed: str) -> NeedQuerySet:
    """The needs with a way back that were asked with this e-mail address or phone number."""
    return _needs_of(_index_of(typed))


@transaction.atomic
def ask_for_link(typed: str) -> None:
    """Note that somebody with this address lost her link."""
    lost = LinkRecoveryRequest.objects.create(address_indexes=_index_of(typed))
    nudge("requests_app.tasks.answer_lost_link", lost.pk)


@transaction.atomic
def answer(pk: int) -> None:
    """Send fresh links to the e-mail on file, at most one an hour; without one, ask to be rung."""
    lost = LinkRecoveryRequest.objects.filter(pk=pk).first()
    if lost is None or not LinkRecoveryRequest.objects.filter(pk=pk).delete()[0]:
        return
    hour = timezone.now().strftime("%Y-%m-%dT%H")
    for need in _needs_of(lost.address_indexes):
        contact = need.readable_contact
        if contact and contact.safe_email:
            enqueue("need_link", about_id=need.pk, key=f"need_link:{need.pk}:{hour}")
        else:
            Need.objects.filter(pk=need.pk, call_back_at=None).update(call_back_at=Now())


def _index_of(typed: str) -> str:
    """By every configured key, so that a key may change between the question and its answer."""
    return ",".join(index_values("email" if "@" in typed else "phone", typed))


def _needs_of(indexes: str) -> NeedQuerySet:
    if not indexes:
        return Need.objects.none()
    values = indexes.split(",")
    here = Q(contact__email_index__in=values) | Q(contact__phone_index__in=values)
    return Need.objects.with_a_way_back().filter(here)
