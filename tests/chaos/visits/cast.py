"""Who comes while everything fails: neighbours who ask, and volunteers of whom too many were invited."""

from datetime import timedelta
from typing import NamedTuple

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from mutualaid.catalog.models import Category, Locality
from mutualaid.matching.models import Match
from mutualaid.people.models import Role, User
from requests_app.access.links import make_link
from requests_app.actions import ContactDetails
from requests_app.models import Ask, Need
from tests.load.world import LINES, Cast, invitations
from tests.support import factories

NEEDS, PLACES_EACH, INVITED_EACH = 12, 2, 3
HELPERS_OF_NEW_NEEDS = 10
PEOPLE = {"Asker": 6, "Volunteer": 3, "Claimer": 4, "Returner": 1}


class Visitors(NamedTuple):
    cast: Cast
    kept_away: User
    """Offers what neighbours need, and must not find out about every other of them."""
    carla: User
    """A coordinator, who reads what these neighbours have written before anyone is invited."""


def gather() -> Visitors:
    """Write the rows of all who come, and of what they come for."""
    kind = Category.objects.filter(parent__gt=0, sensitive=False).select_related("parent")[0]
    area, _other_area = factories.locality(), factories.locality("hill")
    helps = {"categories": [kind], "localities": [area], "per_week": 9}
    kept_away = factories.person("Mallory")
    for person in (kept_away, *(factories.person() for _ in range(HELPERS_OF_NEW_NEEDS))):
        factories.offer(by=person, **helps)
    asks, matches = list[Ask](), list[int]()
    for number in range(NEEDS):
        need = _need(number, kind, area)
        asks.append(need.ask)
        matches += [
            _invitation(need, kind, factories.locality("far", lat=80)) for _ in range(INVITED_EACH)
        ]
    return Visitors(
        Cast(
            cookie=settings.SESSION_COOKIE_NAME,
            group=kind.parent.slug,
            kind=kind.slug,
            area=area.slug,
            tokens=[make_link(ask) for ask in asks],
            volunteers=invitations(matches),
            coordinators=[],
            keep_from=("", str(kept_away.email)),
        ),
        kept_away,
        factories.person("Carla", Role.COORDINATOR),
    )


@transaction.atomic  # or else the worker would look at what is due meanwhile
def _need(number: int, kind: Category, area: Locality) -> Need:
    contact = ContactDetails(name="Ana", email=f"ana-{number}@people.example")
    need = factories.need(contact=contact, category=kind, locality=area)
    tomorrow = timezone.now() + timedelta(days=1)
    Need.objects.filter(pk=need.pk).update(helpers_wanted=PLACES_EACH, match_due_at=tomorrow)
    return need


def _invitation(need: Need, kind: Category, area: Locality) -> int:
    """Of someone whom the matcher would not find, so that it makes no second one."""
    match = Match.objects.create(
        need=need,
        offer=factories.offer(categories=[kind], localities=[area]),
        score=90,
        lines=LINES,
        state=Match.State.NOTIFIED,
        invited_at=timezone.now(),
    )
    return match.pk
