"""Hints that an ask may be of the same person as another, or of a blocked one, by phone or e-mail.

They decide nothing: people share phones, and ask again.
"""

from typing import Any, cast

from django.db.models import Q
from django.http import HttpRequest

from mutualaid.encryption.fields import WrongKey
from mutualaid.encryption.fingerprints import fingerprints
from mutualaid.people.models import BlockedContactPoint, User
from requests_app import rules
from requests_app.access.exclusions import household_of
from requests_app.models import Ask, AskContact, AskContactPoint

MOST_SHOWN = 20


def hints_for(request: HttpRequest, ask: Ask) -> dict[str, Any]:
    """Return the hints about this ask for a template; none for whoever looks after their own asks only."""
    if not rules.looks_after_all_asks(cast(User, request.user)):
        return {}
    return {"asked_before": maybe_of_the_same_person(ask), "blocks": blocks_of(ask)}


def maybe_of_the_same_person(ask: Ask) -> list[Ask]:
    """Return other asks with the same phone or e-mail, the newest first; an erased ask has neither.

    Leaves out those about which a coordinator has decided: the same household, or different people.
    """
    points = set(AskContactPoint.objects.filter(ask=ask).values_list("fingerprint", flat=True))
    if ask.veiled and (contact := ask.readable_contact):  # asks that are not veiled, too
        points = fingerprints(contact.phone, contact.email)
    decided = Q(pk__in=household_of(ask.merged_into or ask)) | Q(pk=ask.merged_into_id)
    decided |= Q(pk__in=ask.alike.all())
    others = Ask.objects.made_with(points).exclude(decided)
    return list(
        others.prefetch_related("needs__category", "needs__locality").order_by(
            "-created_at", "-pk"
        )[:MOST_SHOWN]
    )


def blocks_of(ask: Ask) -> list[BlockedContactPoint]:
    """Return the blocks of the phone and e-mail of this ask; none where no key at hand opens them."""
    try:
        contact = AskContact.objects.get(ask=ask)
    except WrongKey:
        return []
    return list(BlockedContactPoint.objects.of(contact.phone, contact.email))
