"""A hint for coordinators, by phone or e-mail. It decides nothing: people share phones, and ask again."""

from django.db.models import Q

from mutualaid.blind_index import index_values
from mutualaid.crypto import WrongKey
from requests_app.models import Need, NeedContact

MOST_SHOWN = 20


def maybe_of_the_same_person(need: Need) -> list[Need]:
    """Other needs with the same phone or e-mail, the newest first; none once they are erased."""
    try:
        contact = NeedContact.objects.get(need=need)
    except WrongKey:
        return []
    phone, email = index_values("phone", contact.phone), index_values("email", contact.email)
    same = Q(contact__phone_index__in=phone) | Q(contact__email_index__in=email)
    others = Need.objects.filter(same).exclude(pk=need.pk).select_related("category", "locality")
    return list(others.order_by("-created_at")[:MOST_SHOWN])
