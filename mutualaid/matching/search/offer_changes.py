"""An offer came, or came back: the needs it may fit become due for matching."""

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Now

from mutualaid.matching.models import Match, OfferIndexEntry
from mutualaid.matching.search.offer_index import index_offers
from offers_app.models import Offer
from requests_app.models import Need


@transaction.atomic
def match_offer(pk: int) -> list[int]:
    """Make the open needs that the offer `pk` may fit due, if it is due itself; returns their ids.

    What was suggested for the offer as it was before is forgotten; whoever was asked stays asked.
    """
    if not Offer.objects.due_for_matching().filter(pk=pk).update(match_due_at=None):
        return []
    index_offers([pk])
    needs = Need.objects.open().filter(_in_reach_of(pk)).order_by("pk")
    ids = list(needs.select_for_update(no_key=True, of=("self",)).values_list("pk", flat=True))
    Need.objects.filter(pk__in=ids).update(match_due_at=Now())
    # Last, for whoever changes matches holds their needs first.
    Match.objects.filter(offer=pk, state=Match.State.SUGGESTED, invited_at=None).delete()
    return ids


def _in_reach_of(offer: int) -> Q:
    here = OfferIndexEntry.objects.filter(offer=offer, category=OuterRef("category"))
    near = here.filter(
        locality__seen_from__locality=OuterRef("locality"),
        reach_km__gte=F("locality__seen_from__whole_km"),
    )
    return Q(Exists(near)) | Q(Exists(here), category__remote_ok=True)
