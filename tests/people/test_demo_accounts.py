"""A site that was a demo goes live: no one of the demo gets in, by any way that worked before."""

import subprocess
import sys
from typing import Any

import pytest
from django.conf import settings as site
from django.core.management import call_command
from django.test import Client

from mutualaid.dashboard.address import new_address
from mutualaid.demo.only_here import is_loopback
from mutualaid.notify.links.one_tap import one_tap_url
from mutualaid.people.models import User
from offers_app.models import Offer
from requests_app.coordinators import choose_support_contact
from requests_app.models import Need
from tests.support import factories

PASSWORD = "a demo password"


@pytest.fixture
def filled(db: None, settings: Any) -> None:
    """A database that the demo has filled, while the site is still a demo."""
    settings.DEMO = True
    call_command("seed", verbosity=0)
    call_command("demo", verbosity=0)


def demo_person(name: str) -> User:
    user = User.objects.get(email=f"{name}@demo.example")
    user.set_password(PASSWORD)
    user.save()
    return user


def sign_in(email: str, password: str = "") -> Client:
    client = Client()
    client.post("/account/login/", {"login": email, "password": password})
    return client


def is_signed_in(client: Client) -> bool:
    return client.get("/me/").status_code == 200


def test_while_it_is_a_demo_they_are_as_active_as_anyone(filled: None):
    assert User.objects.get(email="carla@demo.example").is_staff


@pytest.mark.parametrize("name", ["rosa", "sam", "carla"])
def test_once_it_is_none_no_way_leads_in(filled: None, settings: Any, name: str, mailoutbox: Any):
    person = demo_person(name)
    before = sign_in(str(person.email), PASSWORD)
    calendar = new_address(person)
    settings.DEMO = False
    assert not is_signed_in(before), "the session of the demo"
    assert before.get("/admin/").status_code == 302
    assert not is_signed_in(sign_in(str(person.email), PASSWORD)), "the password"
    forced = Client()
    forced.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert not is_signed_in(forced), "whatever else may sign in, as a code or a passkey"
    assert Client().get(f"/calendar/{calendar}.ics").status_code == 404
    assert Client().get(one_tap_url("need_no", 1, person)).status_code == 404
    sign_in(str(person.email))
    assert "code" not in str([mail.body for mail in mailoutbox])


def test_they_are_no_staff_and_are_asked_nothing(filled: None, settings: Any):
    assert User.objects.coordinators().exists()
    assert Offer.objects.active().exists()
    settings.DEMO = False
    carla = User.objects.get(email="carla@demo.example")
    assert not carla.is_active
    assert not carla.is_staff
    assert not carla.has_perm("people.change_user")
    assert not User.objects.coordinators().exists()
    assert not Offer.objects.active().exists()
    need = Need.objects.open().select_related("ask", "locality").first()
    assert need
    assert choose_support_contact(need, factories.person("Vera")) is None


def test_who_signed_up_in_the_demo_is_of_the_demo_whatever_their_address(db: None, settings: Any):
    """In a demo anyone reads the code that goes to an address, so it confirms nothing."""
    settings.DEMO = True
    factories.person("Mallory", email="mayor@city.example")
    settings.DEMO = False
    assert not User.objects.get(email="mayor@city.example").is_active
    assert User.objects.get(pk=factories.person("Vera").pk).is_active


ELSEWHERE = [
    {"SITE_URL": "https://help.example.org"},
    {"SITE_URL": "http://help.example.org"},
    {"SITE_URL": "https://localhost:8000"},
    {"SITE_URL": "http://192.168.1.5:8000"},
    {"SITE_URL": "http://0.0.0.0:8000"},
    {"ALLOWED_HOSTS": "localhost,help.example.org"},
    {"ALLOWED_HOSTS": "*"},
]
START = (
    "manage.py check",
    "manage.py migrate --check",
    "manage.py up --port 1",
    "-c import\tmutualaid.wsgi",
)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("environment", "command"),
    [
        *((environment, START[0]) for environment in ELSEWHERE),
        *((ELSEWHERE[0], command) for command in START[1:]),
    ],
    ids=str,
)
def test_a_demo_does_not_start_where_others_could_reach_it(
    tmp_path: Any, environment: dict[str, str], command: str
):
    words = [word.replace("\t", " ") for word in command.split(" ")]
    done = subprocess.run(
        [sys.executable, *words],
        cwd=site.BASE_DIR,
        env={"DATA_DIR": str(tmp_path), "DEMO": "1", "PATH": ""} | environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert "DEMO=1 is for trying it out on your own machine" in done.stderr
    assert "Traceback" not in done.stderr or "wsgi" in command


@pytest.mark.parametrize("host", ["localhost", "demo.localhost", "127.0.0.1", "127.8.8.8", "::1"])
def test_these_are_on_this_machine_alone(host: str):
    assert is_loopback(host)


@pytest.mark.parametrize(
    "host", ["", "localhost.example.org", "0.0.0.0", "::", "10.0.0.1", "*", "."]
)
def test_these_are_not(host: str):
    assert not is_loopback(host)
