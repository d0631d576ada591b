"""Which open needs near by a thing may meet. No one learns more of them than the board tells."""

from mutualaid.catalog.nearness import areas_within
from mutualaid.lending.models import Thing, ThingRequest
from requests_app.access.exclusions import asks_kept_from
from requests_app.models import Need

NEAR_KM = 3.0
"""As far as someone walks or cycles for bread. Assumed, not measured (ADR 120)."""
MOST_NEEDS = 5


def needs_near(thing: Thing) -> list[Need]:
    """Return the most urgent needs of its kind that everyone sees, in its area or near it.

    None that is kept from its owner, and none that waits for a thing already.
    """
    if thing.owner is None:
        return []
    near = areas_within(NEAR_KM, [thing.locality])
    return list(
        Need.objects.on_board()
        .filter(category__in=thing.category.family, locality__in=near)
        .exclude(ask__in=asks_kept_from(thing.owner))
        .exclude(pk__in=ThingRequest.objects.values("need"))[:MOST_NEEDS]
    )
