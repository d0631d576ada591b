"""Someone of each role that must never be empty stays, whichever way the others leave."""

from collections.abc import Callable
from functools import partial

import pytest
from django.db import connection

from mutualaid.data_rights.actions import erase_account
from mutualaid.people import actions, decisions
from mutualaid.people.models import STAFF, Role, TwoPersonDecision, User
from mutualaid.people.roles import NEVER_EMPTY, LastOfRole, check_not_the_last
from tests.support import factories
from tests.support.at_once import at_once
from tests.support.deciding import decided, fresh

pytestmark = pytest.mark.django_db

WAYS_TO_LEAVE: dict[str, Callable[[User, Role, User, User], object]] = {
    "gives it up": lambda who, role, *_: actions.leave_role(who, role),
    "role taken": lambda who, role, *two: decided(f"take_{role}", who, *two),
    "switched off": lambda who, role, *two: decided("deactivate", who, *two),
    "erased": lambda who, role, *_: erase_account(who),
}


@pytest.mark.parametrize("way", WAYS_TO_LEAVE)
@pytest.mark.parametrize("role", sorted(NEVER_EMPTY))
def test_the_last_one_stays_and_the_last_but_one_may_go(role, way):
    two = [factories.person(f"Two {n}", is_superuser=True) for n in range(2)]
    first, last = (factories.person(f"Holder {n}", role) for n in range(2))
    switched_off = factories.person("Gone", role)
    User.objects.filter(pk=switched_off.pk).update(is_active=False)
    WAYS_TO_LEAVE[way](first, role, *two)
    assert not (fresh(first).is_active and role in fresh(first).roles)
    with pytest.raises(LastOfRole):
        WAYS_TO_LEAVE[way](last, role, *two)
    assert fresh(last).is_active
    assert role in fresh(last).roles


@pytest.mark.parametrize("role", sorted(STAFF - NEVER_EMPTY))
def test_of_the_other_roles_no_one_has_to_stay(role):
    actions.leave_role(factories.person("Only", role), role)


def test_what_was_erased_before_is_erased_again_after_a_restore(carla):
    erase_account(carla, even_the_last=True)
    assert fresh(carla).erased_at


def succeeds(way: str, user: User, proposal: TwoPersonDecision, by: User) -> bool:
    try:
        if way == "leave":
            actions.leave_role(user, Role.COORDINATOR)
        elif way == "erase":
            erase_account(user)
        else:
            decisions.agree(proposal, by=by)
    except LastOfRole:
        return False
    return True


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("ways", [("leave", "leave"), ("leave", "erase"), ("erase", "off")])
def test_of_the_last_two_who_go_at_once_one_stays(ways):
    two = [factories.person(f"Two {n}", is_superuser=True) for n in range(2)]

    for _ in range(4):
        people = [factories.person("", Role.COORDINATOR) for _ in range(2)]
        proposals = [decisions.propose("deactivate", user, by=two[0]) for user in people]
        connection.commit()
        jobs = [
            partial(succeeds, go, user, proposal, two[1])
            for go, user, proposal in zip(ways, people, proposals, strict=True)
        ]
        assert sorted(at_once(jobs)) == [False, True]
        assert User.objects.coordinators().filter(pk__in=[u.pk for u in people]).count() == 1
        User.objects.filter(pk__in=[u.pk for u in people]).update(is_active=False)


def test_the_last_one_cannot_erase_their_account_and_is_told_why(carla, signed_in):
    answer = signed_in(carla).post("/account/data/erase/", follow=True)
    assert "the last one with your role" in answer.content.decode()
    assert fresh(carla).erased_at is None
    with pytest.raises(LastOfRole):
        check_not_the_last(carla)
