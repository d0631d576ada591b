"""Roles are rows, and a row that is gone is gone at once."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.management import CommandError, call_command

from mutualaid.notify.actions import account_with_phone
from mutualaid.people.models import Membership, Role, User
from mutualaid.people.roles import PERMISSIONS, RoleBackend
from tests.support import factories
from tests.support.people import E164, wishes

pytestmark = pytest.mark.django_db


def test_one_person_may_ask_give_and_coordinate():
    everything = factories.person("Toni", Role.VOLUNTEER, Role.COORDINATOR)
    assert everything.roles == {"neighbour", "volunteer", "coordinator"}


def test_only_a_coordinator_may_look_into_the_admin(rosa, sam, carla, mallory):
    assert [p.is_staff for p in (rosa, sam, carla, mallory)] == [False, False, True, False]
    assert not rosa.get_all_permissions()
    assert carla.get_all_permissions() == PERMISSIONS[Role.COORDINATOR]
    assert not carla.has_perm("people.delete_user")


def test_a_permission_that_no_role_gives_is_asked_of_no_table(carla, django_assert_num_queries):
    assert carla.roles
    with django_assert_num_queries(0):
        assert carla.has_perm("people.change_user")
        assert not carla.has_perm("people.delete_user")
        assert not carla.has_module_perms("sessions")


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


@pytest.mark.parametrize("typed", [E164, "(212) 555 0143", "٢١٢٥٥٥٠١٤٣"])
def test_whoever_has_only_a_phone_is_named_by_it_in_any_spelling(typed, capsys):
    nadia = account_with_phone(E164, name="Nadia", language="")
    call_command("make_coordinator", typed)
    assert User.objects.get(pk=nadia.pk).is_coordinator
    assert E164 not in capsys.readouterr().out


def test_a_phone_that_its_owner_did_not_confirm_names_no_one(sam):
    wishes(sam, phone=E164, phone_request=1)
    with pytest.raises(CommandError, match="Nobody has signed up"):
        call_command("make_coordinator", E164)


@pytest.mark.parametrize("typed", ["", "Nadia", "555 0143", f"{E164}, +12125550199"])
def test_what_is_neither_an_e_mail_nor_a_phone_is_said(typed):
    account_with_phone(E164, name="Nadia", language="")
    with pytest.raises(CommandError, match="Write one e-mail address, or"):
        call_command("make_coordinator", typed)


def test_a_coordinator_must_have_an_account_first():
    with pytest.raises(CommandError):
        call_command("make_coordinator", "nobody@people.example")


def test_a_person_without_a_name_is_called_a_neighbour_and_never_by_their_address():
    assert str(User(email="quiet@people.example")) == "a neighbour"
