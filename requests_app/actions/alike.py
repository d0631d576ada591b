"""Find asks that may be the same as one that is being taken: a hint for whoever takes it, never a refusal."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import NamedTuple

from django.db import transaction
from django.db.models import Q

from mutualaid.admin.history import write_history
from mutualaid.catalog.models import Category, Locality
from mutualaid.contact_points import ContactPoint
from mutualaid.encryption.fields import readable_texts
from mutualaid.encryption.fingerprints import fingerprints_of
from mutualaid.forms.name_search import are_similar, normal_form
from mutualaid.people.models import User
from requests_app import rules
from requests_app.actions.claiming import NotForYou
from requests_app.models import Ask, AskContact, Need
from requests_app.states import NeedState

MOST_SHOWN = 10
MOST_COMPARED = 200
"""So many of the newest needs of a kind and area have their names compared: 2 ms. Assumed, not measured."""


@dataclass(frozen=True)
class NewAsk:
    """What is known so far of an ask that is being taken; any part may be empty."""

    points: Collection[ContactPoint] = ()
    kinds: Collection[Category] = ()
    locality: Locality | None = None
    name: str = ""


class Alike(NamedTuple):
    """An ask with live needs, and whether its phone or e-mail is the same, or else kind, area and name."""

    ask: Ask
    has_same_contact: bool


@transaction.atomic
def find_alike(new: NewAsk, *, by: User) -> list[Alike]:
    """Return live asks that may be the same as `new`, of those the admin shows to `by`, newest first.

    Who asks again once the help came is not found. It tells who is known here, as searching does, so it is
    logged as one, without what for. Raises `NotForYou` for whoever is not of the team.
    """
    if not by.is_staff:
        raise NotForYou
    write_history(by, by=by, words="searched for a contact point")
    live = Ask.objects.exclude(needs=None).filter(
        pk__in=rules.asks_of_staff(by), needs__in=Need.objects.exclude(state=NeedState.CLOSED)
    )
    made_with = Ask.objects.made_with(fingerprints_of(new.points))
    same_contact = set(
        live.filter(Q(pk__in=made_with) | Q(merged__in=made_with)).values_list("pk", flat=True)
    )
    similar = _with_similar_name(new) if new.name and new.locality else set()
    asks = live.filter(pk__in=same_contact | similar).distinct().order_by("-created_at", "-pk")
    with_needs = asks.prefetch_related("needs__category", "needs__locality")
    return [Alike(ask, ask.pk in same_contact) for ask in with_needs[:MOST_SHOWN]]


def _with_similar_name(new: NewAsk) -> set[int]:
    """The ids of asks for one of these kinds in this area whose name is similar and can be read."""
    needs = Need.objects.filter(category__in=new.kinds, locality=new.locality)
    needs = needs.exclude(state=NeedState.CLOSED).order_by("-pk")
    ask_ids = list(needs.values_list("ask", flat=True)[:MOST_COMPARED])
    names = readable_texts(AskContact.objects.filter(ask__in=ask_ids), "name")
    wanted = normal_form(new.name)
    return {ask for ask, name in names.items() if are_similar(normal_form(name), wanted)}
