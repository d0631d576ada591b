"""Keeping the index of offers: entries are worked out when an offer is written, never when a need is.

A trigger of the database forgets the entries of an offer whenever what they rest on is changed, by
whatever way, and makes the offer due; so the index is never wrong, only short for a moment.
"""

from collections import defaultdict
from collections.abc import Iterable

from django.db import models, transaction

from mutualaid.catalog.models import Category
from mutualaid.matching.models import OfferIndexEntry
from offers_app.models import Offer

Links = dict[int, list[int]]


@transaction.atomic
def index_offers(ids: Iterable[int]) -> None:
    """Write the entries of these offers anew; whoever takes a break has none."""
    wanted = list(ids)
    held = Offer.objects.filter(pk__in=wanted).order_by("pk").select_for_update(no_key=True)
    list(held.values_list("pk"))
    OfferIndexEntry.objects.filter(offer__in=wanted).delete()
    offers = list(Offer.objects.active().filter(pk__in=wanted))
    here = [offer.pk for offer in offers]
    kinds = _links(Offer.categories.through, "category_id", here)
    areas = _links(Offer.localities.through, "locality_id", here)
    tongues = _links(Offer.languages.through, "language_id", here)
    beside = tree()
    OfferIndexEntry.objects.bulk_create(
        OfferIndexEntry(
            offer=offer,
            category_id=category,
            locality_id=area,
            reach_km=offer.reach_km,
            week_parts=offer.week_parts,
            exact=exact,
            speaks="".join(f",{pk}" for pk in sorted(tongues[offer.pk])) + ",",
        )
        for offer in offers
        for category, exact in family(kinds[offer.pk], beside).items()
        for area in areas[offer.pk]
    )


def family(offered: list[int], beside: dict[int, list[int]]) -> dict[int, bool]:
    """The categories of needs that these fit: themselves (exact), their groups, what is in them."""
    related = {pk: False for one in offered for pk in beside.get(one, [])}
    return related | dict.fromkeys(offered, True)


def tree() -> dict[int, list[int]]:
    """For each category the ones beside which it may stand: its group, or what is in it."""
    beside: dict[int, list[int]] = defaultdict(list)
    for pk, parent in Category.objects.filter(parent__gt=0).values_list("pk", "parent_id"):
        beside[pk].append(parent)
        beside[parent].append(pk)
    return beside


def _links(through: type[models.Model], column: str, offers: list[int]) -> Links:
    found: Links = defaultdict(list)
    rows = through._default_manager.filter(offer__in=offers).values_list("offer_id", column)
    for offer, other in rows:
        found[offer].append(other)
    return found
