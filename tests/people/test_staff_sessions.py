"""Sessions of staff end by the server's clock: after an hour alone, and after twelve however busy."""

import time

import pytest
from django.test import Client

from mutualaid.people.models import Role
from mutualaid.people.roles import add_role
from mutualaid.people.sign_in import middleware
from tests.support.signing_in import in_session, location, sign_in, time_passes

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
MINUTE, HOUR = 60, 3600


@pytest.mark.parametrize("path", ["/admin/", "/me/"])
def test_after_an_hour_alone_staff_sign_in_again(carlas, path):
    time_passes(carlas, 59 * MINUTE)
    assert carlas.get(path).status_code == 200
    time_passes(carlas, 59 * MINUTE)
    assert carlas.get(path).status_code == 200
    time_passes(carlas, 61 * MINUTE)
    assert "/login/?next=" in location(carlas.get(path))
    assert "You were away for a while" in carlas.get("/account/login/").content.decode()


def test_after_twelve_hours_they_sign_in_again_however_busy(carlas):
    for _ in range(23):
        time_passes(carlas, 31 * MINUTE)
        assert carlas.get("/me/").status_code == 200
    time_passes(carlas, 31 * MINUTE)
    assert carlas.get("/me/").status_code == 302


def test_pages_for_everybody_go_on_without_and_know_no_one(carlas):
    time_passes(carlas, 2 * HOUR)
    page = carlas.get("/board/")
    assert page.status_code == 200
    assert "Sign in" in page.content.decode()
    assert carlas.get("/me/").status_code == 302


def test_other_peoples_sessions_are_remembered(sam):
    client = time_passes(sign_in(Client(), sam, second_factor=False), 200 * HOUR)
    assert client.get("/me/").status_code == 200


def test_who_becomes_staff_is_held_to_it_from_then_on(sam, carla):
    client = time_passes(sign_in(Client(), sam), 200 * HOUR)
    add_role(sam, Role.COORDINATOR, by=carla)
    assert client.get("/me/").status_code == 302


@pytest.mark.parametrize("nonsense", ["soon", None, [], 10**12, -1, True])
def test_a_session_of_another_version_ends_instead_of_failing(carlas, nonsense):
    in_session(carlas, **{middleware.SIGNED_IN_AT: nonsense, middleware.SEEN_AT: nonsense})
    assert carlas.get("/admin/").status_code == 302


@pytest.mark.parametrize("jump", [-2 * HOUR, 2 * HOUR])
def test_a_jump_of_the_clock_signs_staff_out_and_no_more(carlas, monkeypatch, jump):
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + jump)
    assert carlas.get("/admin/").status_code == 302
    assert carlas.get("/").status_code == 200


def test_a_busy_minute_writes_the_session_once(carlas, django_assert_num_queries):
    carlas.get("/account/logout/")
    with django_assert_num_queries(5) as asked:
        carlas.get("/account/logout/")
    assert not [q for q in asked.captured_queries if "UPDATE" in q["sql"]]
