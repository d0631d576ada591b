"""Several at once: what someone new may, and how many tasks anyone holds, is exact."""

from collections.abc import Callable
from contextlib import suppress
from functools import partial

import pytest

from mutualaid.people.introductions import is_known
from mutualaid.people.models import Role, User
from requests_app import actions
from requests_app.actions import NotNow, StateChanged
from requests_app.lifecycle.actors import volunteer
from requests_app.models import AccessLogEntry, Ask, Claim, Need
from tests.support import factories
from tests.support.at_once import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
TRIES = 8


def says_yes(user: User, need: Need) -> bool:
    try:
        actions.claim_need(
            Need.objects.get(pk=need.pk),
            by=User.objects.get(pk=user.pk),
            weekly_limit=50,
            invited=True,
        )
    except NotNow:
        return False
    return True


@pytest.mark.parametrize(("known", "most"), [(False, 1), (True, 5)])
def test_of_eight_yes_at_once_no_more_than_they_may_hold(known, most):
    someone = factories.person(known=known)
    needs = [factories.need() for _ in range(TRIES)]
    assert sum(at_once([partial(says_yes, someone, need) for need in needs])) == most
    slots = Claim.objects.of(someone).live().order_by("live_slot")
    assert list(slots.values_list("live_slot", flat=True)) == list(range(1, most + 1))


def test_someone_new_who_looks_lets_go_and_goes_on_at_once_sees_one_neighbour():
    for _ in range(4):
        nina = factories.person(known=False)
        first, second = factories.need(), factories.need()
        assert says_yes(nina, first)
        claim = Claim.objects.get(need=first)

        def look(claim: Claim = claim, nina: User = nina) -> None:
            with suppress(actions.NotForYou):
                actions.contact_of_claim(Claim.objects.get(pk=claim.pk), by=nina)

        def go_on(claim: Claim = claim, nina: User = nina, second: Need = second) -> None:
            actions.release_claim(Claim.objects.get(pk=claim.pk), by=volunteer(nina))
            if says_yes(nina, second):
                look(Claim.objects.get(need=second), nina)

        both: list[Callable[[], None]] = [look, go_on]
        at_once(both)
        assert AccessLogEntry.objects.filter(by=nina).values("ask").distinct().count() <= 1


def test_a_help_and_the_reading_of_its_ask_at_once_make_known_without_waiting():
    """Whichever comes first, the other one sees it; and a look meanwhile waits for neither."""
    carla = factories.person("Carla", Role.COORDINATOR)
    for _ in range(6):
        nina, need = factories.person(known=False), factories.need()
        assert says_yes(nina, need)
        claim = Claim.objects.get(need=need)

        def confirm(need: Need = need) -> None:
            actions.confirm_arrival(Need.objects.get(pk=need.pk))

        def read(need: Need = need) -> None:
            actions.contact_for_coordinator(Ask.objects.get(pk=need.ask_id), by=carla)

        def look(claim: Claim = claim, nina: User = nina) -> None:
            with suppress(actions.NotForYou, StateChanged):
                actions.contact_of_claim(Claim.objects.get(pk=claim.pk), by=nina)

        three: list[Callable[[], None]] = [confirm, read, look]
        at_once(three)
        assert is_known(User.objects.get(pk=nina.pk))
