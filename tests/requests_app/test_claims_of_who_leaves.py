"""Sam says yes at the very moment at which they are switched off, blocked, erased, or not known any more."""

from collections.abc import Callable

import pytest

from mutualaid.data_rights.actions import erase_account
from mutualaid.people.actions import block_contact_points, change_person, deactivate_person
from mutualaid.people.models import Role, User
from requests_app.actions import NotForYou, claim_need
from requests_app.models import Claim, Need
from tests.support import factories
from tests.support.at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)
ENDS: dict[str, Callable[[User, User], object]] = {
    "switched off": lambda sam, carla: deactivate_person(sam, by=carla),
    "blocked": lambda sam, carla: block_contact_points(str(sam.email), reason="threats", by=carla),
    "not known any more": lambda sam, carla: change_person(sam, {"vetted": False}, by=carla),
    "erased": lambda sam, carla: erase_account(sam),
}


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS)
def test_they_do_not_come_whoever_was_first(end):
    for _ in range(5):
        carla = factories.person("", Role.COORDINATOR)
        sam = factories.person(vetted=True)
        need = factories.need(category=factories.category("night", vetted_only=True))
        claimed, _ended = at_once([lambda: claims(sam, need), lambda: end(sam, carla)])  # noqa: B023
        need.refresh_from_db()
        assert not Claim.objects.live().filter(need=need).exists(), claimed
        assert need.state == "open"
        assert not claims(User.objects.get(pk=sam.pk), need)


def claims(user: User, need: Need) -> bool:
    try:
        claim_need(Need.objects.get(pk=need.pk), by=user, weekly_limit=9)
    except NotForYou:
        return False
    return True
