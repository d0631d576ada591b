"""Hints for coordinators, by phone or e-mail. They decide nothing: people share phones, and ask again."""

from django.db.models import Q

from mutualaid.encryption.blind_index import index_values
from mutualaid.encryption.fields import WrongKey
from mutualaid.people.models import BlockedAddress
from requests_app.models import Need, NeedContact

MOST_SHOWN = 20


def maybe_of_the_same_person(need: Need) -> list[Need]:
    """Other needs with the same phone or e-mail, the newest first; none once they are erased."""
    phone, email = _addresses(need)
    same = Q(contact__phone_index__in=index_values("phone", phone))
    same |= Q(contact__email_index__in=index_values("email", email))
    others = Need.objects.filter(same).exclude(pk=need.pk).select_related("category", "locality")
    return list(others.order_by("-created_at")[:MOST_SHOWN])


def blocks_of(need: Need) -> list[BlockedAddress]:
    """Why the phone or e-mail of this need is blocked, if it is."""
    return list(BlockedAddress.objects.of(*_addresses(need)))


def _addresses(need: Need) -> tuple[str, str]:
    """Phone and e-mail; nothing where no key opens them."""
    try:
        contact = NeedContact.objects.get(need=need)
    except WrongKey:
        return "", ""
    return contact.phone, contact.email
