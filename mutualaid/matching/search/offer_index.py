"""Keep the index of offers: entries are worked out when an offer is written, never when a need is (ADR 10).

A trigger of the database deletes the entries of an offer whenever what they rest on is changed, by
whatever way, and makes the offer due; so the index is never wrong, only incomplete for a moment.
"""

from collections import defaultdict
from collections.abc import Iterable

from django.db import models, transaction
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Now

from mutualaid.catalog.models import Category, measure_areas
from mutualaid.matching.models import Match, OfferIndexEntry
from offers_app.models import Offer
from requests_app.models import Need


@transaction.atomic
def match_offer(pk: int) -> list[int]:
    """Make the open needs that the offer `pk` may fit due, if it is due itself; returns their ids.

    What was suggested for the offer as it was before is deleted; whoever was invited stays invited.
    """
    if not Offer.objects.due_for_matching().filter(pk=pk).update(match_due_at=None):
        return []
    index_offers([pk])
    needs = Need.objects.open().filter(_in_reach_of(pk)).order_by("pk")
    ids = list(needs.select_for_update(no_key=True, of=("self",)).values_list("pk", flat=True))
    Need.objects.filter(pk__in=ids).update(match_due_at=Now())
    # Last, for whoever changes matches locks their needs first.
    Match.objects.filter(offer=pk, state=Match.State.SUGGESTED, invited_at=None).delete()
    return ids


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
