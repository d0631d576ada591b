"""What setting up writes into the rows, by the actions of the admin, and once."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client

from mutualaid.group.current import read_group
from mutualaid.hosting import rows
from mutualaid.notify.tasks import sweep
from mutualaid.people.models import Role, User
from tests.support.processes import in_processes


@pytest.mark.django_db
def test_the_profile_is_written_and_told_again() -> None:
    profile = {
        "name": 'Ana\'s "Old" Harbour',
        "phone": "555 0100",
        "line": "Riverside",
        "hours": "always",
        "languages": "en es",
    }

    first = rows.apply({"profile": profile})
    again = rows.apply({"profile": profile})

    assert (first["done"], again["done"]) == (["profile"], [])
    assert rows.standing()["profile"] == profile | {"email": ""}
    assert read_group().values()["line_en"] == "Riverside"


@pytest.mark.django_db
@pytest.mark.parametrize("changes", [{"name": ""}, {"phone": "ring us"}, {"languages": "en en"}])
def test_what_the_admin_refuses_is_refused_here(changes: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        rows.apply({"profile": changes, "coordinator": {"name": "Eve", "reach": "eve@example.org"}})
    assert not User.objects.exists(), "all of it or nothing"


@pytest.mark.django_db
@pytest.mark.parametrize("reach", ["Carla@Example.org", "+15550100123"])
def test_the_first_coordinator_is_made_once_and_no_second_one(reach: str) -> None:
    assert rows.first_coordinator(name="Carla", reach=reach)
    assert not rows.first_coordinator(name="Carla", reach=reach)
    with pytest.raises(rows.SecondCoordinator):
        rows.first_coordinator(name="Eve", reach="eve@example.org")

    (user,) = User.objects.all()
    assert (user.name, Role.COORDINATOR in user.roles) == ("Carla", True)
    assert not user.has_usable_password()
    assert not EmailAddress.objects.filter(verified=True).exists(), "the first code confirms it"


@pytest.mark.django_db
def test_who_has_signed_up_already_becomes_the_first_coordinator() -> None:
    user = User.objects.create_user("carla@example.org", name="Carla")

    assert rows.first_coordinator(name="", reach="carla@example.org")

    assert list(User.objects.coordinators()) == [user]


@pytest.mark.django_db
def test_the_first_coordinator_gets_in_by_a_code(client: Client, mailoutbox) -> None:
    rows.first_coordinator(name="Carla", reach="carla@example.org")

    client.post("/account/login/", {"login": "carla@example.org"})
    sweep()
    code = re.search(r"^([A-Z0-9]{4}-[A-Z0-9]{4})$", str(mailoutbox[-1].body), re.MULTILINE)
    assert code
    client.post("/account/login/code/confirm/", {"code": code[1]})

    assert mailoutbox[-1].to == ["carla@example.org"]
    assert client.get("/help/").status_code == 200
    assert EmailAddress.objects.get().verified


def make_one(number: int) -> str:
    try:
        made = rows.first_coordinator(name=f"C{number}", reach=f"c{number}@example.org")
    except rows.SecondCoordinator:
        return "refused"
    finally:
        connection.close()
    return "made" if made else "was there"


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_of_four_at_once_one_becomes_the_first_coordinator() -> None:
    assert sorted(in_processes(4, make_one)) == ["made", "refused", "refused", "refused"]
    assert User.objects.coordinators().count() == 1
