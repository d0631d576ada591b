"""An offer came, or came back: the needs it may fit become due for matching."""

from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from mutualaid.catalog.geo import km_from
from mutualaid.catalog.models import Category, Locality
from mutualaid.matching.models import Match
from offers_app.models import Offer
from requests_app.models import Need


@transaction.atomic
def match_offer(pk: int) -> list[int]:
    """Make the open needs that the offer `pk` may fit due, if it is due itself; returns their ids.

    What was suggested for the offer as it was before is forgotten; whoever was asked stays asked.
    """
    if not Offer.objects.due_for_matching().filter(pk=pk).update(match_due_at=None):
        return []
    offer = Offer.objects.get(pk=pk)
    offer.matches.filter(state=Match.State.SUGGESTED).delete()
    where = Q(locality__in=_localities_in_reach(offer)) | Q(category__remote_ok=True)
    needs = Need.objects.open().filter(where, category__in=_fitting_categories(offer))
    needs.update(match_due_at=Now())
    return list(needs.values_list("pk", flat=True))


def _fitting_categories(offer: Offer) -> QuerySet[Category]:
    """Equal, parent or child of what is offered."""
    offered = offer.categories.all()
    return Category.objects.filter(
        Q(pk__in=offered) | Q(parent__in=offered) | Q(children__in=offered)
    ).distinct()


def _localities_in_reach(offer: Offer) -> set[int]:
    found: set[int] = set()
    for area in offer.localities.all():
        near = Locality.objects.annotate(km=km_from(area.lat, area.lng))
        found |= set(near.filter(km__lte=offer.reach_km).values_list("pk", flat=True))
        found |= set(area.with_descendants())
    return found
