"""Two who could help, of whom the points decide who is invited first."""

from mutualaid.matching.models import Match
from mutualaid.matching.outreach.match_need import match_need
from mutualaid.people.models import User
from requests_app.models import Need
from tests.support import factories, voting

NEAR_FIRST = {"near": 100.0, "exact_category": 0.0, "related_category": 0.0}
EXACT_FIRST = {"near": 0.0, "exact_category": 100.0, "related_category": 0.0}


def two_who_could_help() -> tuple[User, User]:
    """Lin lives next door and offers something close to it; Ola offers just this, and lives farther off.

    A wave invites one of them.
    """
    factories.set_policy(wave_chances=[0.01] * 4, shortlist_size=1)
    food = factories.category("food")
    groceries = factories.category("groceries", parent=food)
    far = factories.locality("far", lng=0.018)
    lin, ola = voting.member("Lin"), voting.member("Ola")
    factories.offer(by=lin, categories=[food], reach_km=5)
    factories.offer(by=ola, categories=[groceries], localities=[far], reach_km=5)
    return lin, ola


def others_who_could_help(count: int) -> None:
    """They offer something close to it and live farther off, so they come later by either of these points."""
    for _ in range(count):
        food, far = factories.category("food"), factories.locality("far")
        factories.offer(categories=[food], localities=[far], reach_km=5)


def invited_first(need: Need) -> str:
    """Whom the first wave for this need invites, where it invites one."""
    match_need(need.pk)
    first = Match.objects.filter(need=need, invited_at__isnull=False)
    return first.get().offer.volunteer.name
