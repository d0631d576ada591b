"""Roles are rows, and a row that is gone is gone at once."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.management import CommandError, call_command

from mutualaid.people.models import Membership, Role, User
from mutualaid.people.roles import PERMISSIONS, RoleBackend
from tests.support import factories

pytestmark = pytest.mark.django_db


def test_one_person_may_ask_give_and_coordinate():
    everything = factories.person("Toni", Role.VOLUNTEER, Role.COORDINATOR)
    assert everything.roles == {"neighbour", "volunteer", "coordinator"}


def test_only_a_coordinator_may_look_into_the_admin(rosa, sam, carla, mallory):
    assert [p.is_staff for p in (rosa, sam, carla, mallory)] == [False, False, True, False]
    assert not rosa.get_all_permissions()
    assert carla.get_all_permissions() == PERMISSIONS[Role.COORDINATOR]
    assert not carla.has_perm("people.delete_user")


def test_a_role_that_is_taken_back_closes_the_admin_on_the_next_request(carla, signed_in):
    client = signed_in(carla)
    assert client.get("/admin/").status_code == 200
    Membership.objects.filter(user=carla, role=Role.COORDINATOR).delete()
    assert client.get("/admin/").status_code == 302


def test_a_person_who_is_shut_out_has_no_rights(carla):
    carla.is_active = False
    assert not carla.is_staff
    assert RoleBackend().get_all_permissions(carla) == set()
    assert RoleBackend().get_all_permissions(AnonymousUser()) == set()


def test_who_makes_an_offer_is_a_volunteer_from_then_on(rosa):
    factories.offer(by=rosa)
    assert User.objects.get(pk=rosa.pk).roles == {"neighbour", "volunteer"}


def test_the_first_coordinator_is_made_on_the_machine_itself(rosa, capsys):
    call_command("make_coordinator", rosa.email)
    assert User.objects.get(pk=rosa.pk).is_coordinator


def test_a_coordinator_must_have_an_account_first():
    with pytest.raises(CommandError):
        call_command("make_coordinator", "nobody@people.example")


def test_a_person_without_a_name_is_called_a_neighbour_and_never_by_their_address():
    assert str(User(email="quiet@people.example")) == "a neighbour"
