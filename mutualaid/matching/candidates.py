"""The hard rules, in the database: which offers fit a need at all. Nothing else is loaded."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from mutualaid.catalog.geo import km_from
from mutualaid.matching.models import Match
from mutualaid.matching.scoring import Facts
from mutualaid.people.models import User
from offers_app.models import Offer
from requests_app.models import Claim, Exclusion, Need

OfferCategory = Offer.categories.through
OfferLocality = Offer.localities.through
OfferLanguage = Offer.languages.through
HERE = {"offer_id": OuterRef("pk")}


def offers_for(need: Need, *, only: User | None = None) -> QuerySet[Offer]:
    """The active offers that fit `need`, nearest first, with what `facts_of` reads.

    `only` narrows them to the offer of one person.
    """
    category = need.category
    active = Offer.objects.active()
    if only:
        active = active.filter(volunteer=only)
    fitting = _in_reach(need, active).filter(
        _speaks_with(need),
        Exists(OfferCategory.objects.filter(category__in=category.family, **HERE)),
        _has_room_this_week(),
    )
    if category.needs_vehicle:
        fitting = fitting.filter(has_vehicle=True)
    if category.vetted_only:
        fitting = fitting.filter(volunteer__vetted=True)
    if need.asked_by_id:
        fitting = fitting.exclude(volunteer=need.asked_by_id)
    must_not_hear = Exclusion.objects.filter(need=need, person=OuterRef("volunteer"))
    had_it_before = Claim.objects.filter(need=need, volunteer=OuterRef("volunteer"))
    return (
        fitting.exclude(Exists(had_it_before))
        .exclude(Exists(must_not_hear))
        .annotate(
            same_category=Exists(OfferCategory.objects.filter(category=category, **HERE)),
            asks_lately=_asks_lately(),
        )
        .order_by(F("km"), "pk")[: settings.SHORTLIST_SIZE * 4]
    )


def facts_of(offer: Any, need: Need, need_languages: dict[int, str]) -> Facts:
    """What the score needs to know of an offer that `offers_for` returned."""
    shared = [need_languages[row.pk] for row in offer.languages.all() if row.pk in need_languages]
    return Facts(
        km=None if need.category.remote_ok else offer.km,
        reach_km=offer.reach_km,
        same_locality=offer.same_locality,
        same_category=offer.same_category,
        languages=shared,
        asks_in_seven_days=offer.asks_lately,
    )


def _in_reach(need: Need, offers: QuerySet[Offer]) -> QuerySet[Offer]:
    """In an area she chose or inside a wider one, or as near as she would go; centre to centre."""
    here = need.locality
    areas = OfferLocality.objects.filter(**HERE)
    km = km_from(here.lat, here.lng, prefix="locality__")
    nearest = areas.order_by(km).values_list(km)[:1]
    offers = offers.annotate(
        same_locality=Exists(areas.filter(locality__in=here.with_ancestors())),
        km=Subquery(nearest),
    )
    if need.category.remote_ok:
        return offers
    return offers.filter(Q(same_locality=True) | Q(km__lte=F("reach_km")))


def _speaks_with(need: Need) -> Exists:
    return Exists(OfferLanguage.objects.filter(language__in=need.languages.all(), **HERE))


def _has_room_this_week() -> Q:
    mine = Claim.objects.filling_this_week().filter(volunteer=OuterRef("volunteer"))
    taken = mine.order_by().values("volunteer").annotate(n=Count("pk")).values("n")
    return Q(per_week__gt=Coalesce(Subquery(taken), 0))


def _asks_lately() -> Coalesce:
    since = timezone.now() - timedelta(days=7)
    asks = Match.objects.filter(asked_at__gte=since, **HERE)
    counted = asks.order_by().values("offer").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted), 0)
