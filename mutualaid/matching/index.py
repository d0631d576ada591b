"""Keeping the index of offers: entries are worked out when an offer is written, never when a need is.

A trigger of the database forgets the entries of an offer whenever what they rest on is changed, by
whatever way, and makes the offer due; so the index is never wrong, only short for a moment.
"""

from collections import defaultdict
from collections.abc import Iterable

from django.db import models, transaction
from django.db.models.functions import Now

from mutualaid.catalog.models import Category
from mutualaid.matching.models import OfferEntry
from offers_app.models import Offer

Links = dict[int, list[int]]
BATCH = 2_000


@transaction.atomic
def index_offers(ids: Iterable[int]) -> None:
    """Write the entries of these offers anew; whoever takes a break has none."""
    wanted = list(ids)
    OfferEntry.objects.filter(offer__in=wanted).delete()
    offers = list(Offer.objects.active().filter(pk__in=wanted).select_for_update(of=("self",)))
    here = [offer.pk for offer in offers]
    kinds = _links(Offer.categories.through, "category_id", here)
    areas = _links(Offer.localities.through, "locality_id", here)
    tongues = _links(Offer.languages.through, "language_id", here)
    tree = _tree()
    OfferEntry.objects.bulk_create(
        OfferEntry(
            offer=offer,
            category_id=category,
            locality_id=area,
            reach_km=offer.reach_km,
            exact=exact,
            speaks="".join(f",{pk}" for pk in sorted(tongues[offer.pk])) + ",",
        )
        for offer in offers
        for category, exact in _family(kinds[offer.pk], tree).items()
        for area in areas[offer.pk]
    )


def index_all() -> int:
    """Write every entry anew, some thousand offers at a time; returns how many offers there are."""
    ids = list(Offer.objects.values_list("pk", flat=True))
    for start in range(0, len(ids), BATCH):
        index_offers(ids[start : start + BATCH])
    return len(ids)


def forget_family(category: Category) -> None:
    """A category was changed: what was said to be its family may be so no longer."""
    of_it = models.Q(entries__category=category) | models.Q(categories=category)
    beside = models.Q(categories=category.parent_id) if category.parent_id else models.Q()
    Offer.objects.filter(pk__in=Offer.objects.filter(of_it | beside).values("pk")).update(
        match_due_at=Now()
    )


def _family(offered: list[int], tree: dict[int, list[int]]) -> dict[int, bool]:
    """The categories of needs that these fit: themselves (exact), their groups, what is in them."""
    related = {pk: False for one in offered for pk in tree.get(one, [])}
    return related | dict.fromkeys(offered, True)


def _tree() -> dict[int, list[int]]:
    """For each category the ones beside which it may stand: its group, or what is in it."""
    beside: dict[int, list[int]] = defaultdict(list)
    for pk, parent in Category.objects.exclude(parent=None).values_list("pk", "parent"):
        beside[pk].append(parent)
        beside[parent].append(pk)
    return beside


def _links(through: type[models.Model], column: str, offers: list[int]) -> Links:
    found: Links = defaultdict(list)
    rows = through._default_manager.filter(offer__in=offers).values_list("offer_id", column)
    for offer, other in rows:
        found[offer].append(other)
    return found
