"""Find asks that may be the same as one that is being taken: a hint for whoever takes it, never a refusal."""

import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import NamedTuple

from django.db import transaction
from django.db.models import Q

from mutualaid.admin.history import write_history
from mutualaid.catalog.models import Category, Locality
from mutualaid.contact_points import ContactPoint
from mutualaid.encryption.fields import WrongKey
from mutualaid.encryption.fingerprints import fingerprints_of
from mutualaid.people.models import User
from requests_app import rules
from requests_app.actions.claiming import NotForYou
from requests_app.models import Ask, AskContact, Need
from requests_app.states import NeedState

MOST_SHOWN = 10
MOST_COMPARED = 200
"""So many of the newest needs of a kind and area have their names compared: 2 ms. Assumed, not measured."""
SIMILAR = 0.8
"""Of `SequenceMatcher`: "Ana" and "Anna" are similar (0.86), "Ana" and "Ina" are not (0.67)."""


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
    """The ids of asks for one of these kinds in this area whose name is similar; none without their key."""
    needs = Need.objects.filter(category__in=new.kinds, locality=new.locality)
    needs = needs.exclude(state=NeedState.CLOSED).order_by("-pk")
    ask_ids = list(needs.values_list("ask", flat=True)[:MOST_COMPARED])
    try:
        contacts = list(AskContact.objects.filter(ask__in=ask_ids).only("name"))
    except WrongKey:
        return set()
    return {contact.pk for contact in contacts if _is_similar(contact.name, new.name)}


def _is_similar(name: str, other: str) -> bool:
    one, two = _plain(name), _plain(other)
    return bool(one and two) and SequenceMatcher(None, one, two).ratio() >= SIMILAR


def _plain(name: str) -> str:
    """The name in small letters, without accents."""
    decomposed = unicodedata.normalize("NFKD", name.casefold())
    return " ".join("".join(c for c in decomposed if not unicodedata.combining(c)).split())
