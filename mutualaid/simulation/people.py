"""The volunteers of a city as the simulation sees them: by numbers that no strategy changes."""

from dataclasses import dataclass

from mutualaid.catalog.geo import km_between
from mutualaid.catalog.models import Category, Locality
from mutualaid.people.models import User
from mutualaid.simulation.behaviour import Pair
from offers_app.models import Offer


@dataclass(frozen=True)
class Volunteer:
    number: int
    """Their place in the city, from 0."""
    user: User
    offer: Offer
    localities: tuple[Locality, ...]
    categories: frozenset[int]

    def pair_with(self, need: int, category: Category, locality: Locality, urgency: int) -> Pair:
        """Return them beside the need that has this number."""
        ways = [
            km_between(area.lat, area.lng, locality.lat, locality.lng) for area in self.localities
        ]
        return Pair(
            person=self.number,
            need=need,
            km=0.0 if category.remote_ok else min(ways, default=0.0),
            is_exact=category.pk in self.categories,
            urgency=urgency,
        )


def volunteers_by_offer() -> dict[int, Volunteer]:
    """Return who offers something, by the id of the offer, numbered in the order in which they came."""
    offers = Offer.objects.order_by("pk").select_related("volunteer")
    rows = offers.prefetch_related("localities", "categories")
    return {
        offer.pk: Volunteer(
            number,
            offer.volunteer,
            offer,
            tuple(offer.localities.all()),
            frozenset(category.pk for category in offer.categories.all()),
        )
        for number, offer in enumerate(rows)
    }
