"""Keep the index of offers: entries are worked out when an offer is written, never when a need is (ADR 10).

A trigger of the database deletes the entries of an offer whenever what they rest on is changed, by
whatever way, and makes the offer due; so the index is never wrong, only incomplete for a moment.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta

from django.db import models, transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Now

from mutualaid.catalog.models import Category, measure_areas
from mutualaid.matching.models import Match, OfferIndexEntry
from mutualaid.matching.search.calendar import LATER
from offers_app.models import Offer
from requests_app.models import Need

LEASE = timedelta(minutes=1)
"""How long one worker has an offer to itself."""


def match_offer(pk: int) -> "QuerySet[Need]":
    """Make the open needs that the offer `pk` may fit due, if it is due itself; returns them, else none.

    What was suggested for the offer as it was before is deleted; whoever was invited stays invited.
    """
    is_told = _index_if_due(pk) and _make_needs_due(pk)
    return Need.objects.open().filter(_in_reach_of(pk)) if is_told else Need.objects.none()


@transaction.atomic
def _index_if_due(pk: int) -> bool:
    """Take the offer for `LEASE`: of two workers one gets it. If that one dies, it is due again then."""
    taken = Offer.objects.due_for_matching().filter(pk=pk).update(match_due_at=Now() + LEASE)
    if taken:
        index_offers([pk])
    return bool(taken)


@transaction.atomic
def _make_needs_due(pk: int) -> bool:
    """In a transaction after the one that wrote the index: a need that is due finds the offer there, and is
    neither locked nor written. In a flood these are thousands, for each offer that is looked at.

    False for an offer that was changed meanwhile: it is due by then, and looked at anew.
    """
    if not Offer.objects.filter(pk=pk, match_due_at__gt=Now()).update(match_due_at=None):
        return False
    later = Need.objects.open().filter(_in_reach_of(pk)).filter(LATER)
    told = set(later.values_list("pk", flat=True))
    suggested = Match.objects.filter(offer=pk, state=Match.State.SUGGESTED, invited_at=None)
    # Whoever changes matches locks their needs first, by id.
    changed = Need.objects.filter(pk__in=told | set(suggested.values_list("need", flat=True)))
    list(changed.order_by("pk").select_for_update(no_key=True).values_list("pk"))
    Need.objects.open().filter(LATER, pk__in=told).update(match_due_at=Now())
    suggested.delete()
    return True


def _in_reach_of(offer: int) -> Q:
    """Needs whose category and area are in the index under this offer."""
    entries = OfferIndexEntry.objects.filter(offer=offer, category=OuterRef("category"))
    near = entries.filter(
        locality__seen_from__locality=OuterRef("locality"),
        reach_km__gte=F("locality__seen_from__whole_km"),
    )
    return Q(Exists(near)) | Q(Exists(entries), category__remote_ok=True)


@transaction.atomic
def index_offers(ids: Iterable[int]) -> None:
    """Write the entries of these offers anew; whoever takes a break has none."""
    wanted = list(ids)
    locked = Offer.objects.filter(pk__in=wanted).order_by("pk").select_for_update(no_key=True)
    list(locked.values_list("pk"))
    OfferIndexEntry.objects.filter(offer__in=wanted).delete()
    offers = list(Offer.objects.active().filter(pk__in=wanted))
    active = [offer.pk for offer in offers]
    categories = _links(Offer.categories.through, "category_id", active)
    localities = _links(Offer.localities.through, "locality_id", active)
    languages = _links(Offer.languages.through, "language_id", active)
    related = related_categories()
    measure_areas(_reach_of(offers, localities))
    OfferIndexEntry.objects.bulk_create(
        OfferIndexEntry(
            offer=offer,
            category_id=category,
            locality_id=locality,
            reach_km=offer.reach_km,
            week_parts=offer.week_parts,
            exact=exact,
            speaks="".join(f",{pk}" for pk in sorted(languages[offer.pk])) + ",",
        )
        for offer in offers
        for category, exact in family(categories[offer.pk], related).items()
        for locality in localities[offer.pk]
    )


def _reach_of(offers: list[Offer], localities: dict[int, list[int]]) -> dict[int, int]:
    """How far one of these offers reaches at most, by the id of each area they name."""
    by_reach = sorted(offers, key=lambda offer: offer.reach_km)
    return {area: offer.reach_km for offer in by_reach for area in localities[offer.pk]}


def family(offered: list[int], related: dict[int, list[int]]) -> dict[int, bool]:
    """Ids of the categories that an offer of `offered` fits, each with whether it is offered itself.

    The others are those `related` to one of them, see `related_categories`.
    """
    close = {pk: False for category in offered for pk in related.get(category, [])}
    return close | dict.fromkeys(offered, True)


def related_categories() -> dict[int, list[int]]:
    """For the id of each category those beside which it may stand: its group, or what is in it."""
    related: dict[int, list[int]] = defaultdict(list)
    for pk, parent in Category.objects.filter(parent__gt=0).values_list("pk", "parent_id"):
        related[pk].append(parent)
        related[parent].append(pk)
    return related


def _links(through: type[models.Model], column: str, offers: list[int]) -> dict[int, list[int]]:
    """For the id of each of these offers what it is linked to by a table `through`."""
    linked: dict[int, list[int]] = defaultdict(list)
    rows = through._default_manager.filter(offer__in=offers).values_list("offer_id", column)
    for offer, other in rows:
        linked[offer].append(other)
    return linked
