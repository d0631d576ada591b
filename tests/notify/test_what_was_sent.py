"""Whoever was written to, and coordinators, see by which way it went and what came back."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from mutualaid.notify.inbound.feedback import take_next_way
from mutualaid.notify.models import Attempt, Notification
from mutualaid.notify.tasks import sweep
from requests_app import actions
from requests_app.access.links import make_link
from requests_app.models import Ask
from tests.support import factories
from tests.support.people import MAIL, ask_by, spoken_with

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


@pytest.fixture
def ask(sam) -> Ask:
    """Ana was told by mail that someone is coming."""
    need = spoken_with(ask_by(MAIL))
    actions.claim_need(need, by=sam, weekly_limit=9)
    sweep()
    return need.ask


def comes_back() -> None:
    row = Notification.objects.get(kind="need_claimed")
    take_next_way(row.attempts.get(), error="Bounced")
    sweep()


def page_of(client, ask: Ask) -> str:
    token = make_link(ask, with_code=False)
    path = reverse("ask_private", args=[token])
    return " ".join(client.get(path).content.decode().split())


def desk_page_of(desk, ask: Ask) -> str:
    path = f"/admin/requests_app/need/{ask.needs.get().pk}/change/"
    return " ".join(desk.get(path).content.decode().split())


def test_a_neighbour_sees_what_was_sent_to_them_and_by_which_way(client, ask):
    page = page_of(client, ask)
    assert "Someone is coming (E-mail: sent)" in page.replace('<span class="quiet">', "")
    assert "t reach you." not in page


def test_what_came_back_is_said_to_them_and_to_the_desk(client, signed_in, carla, ask):
    comes_back()
    assert "t reach you." in page_of(client, ask)
    page = desk_page_of(signed_in(carla), ask)
    assert "did not reach them" in page
    assert "<strong>Not heard:</strong> Someone is coming" in page
    assert "ana@people.example" not in page


def test_a_new_address_ends_the_notice(client, ask):
    comes_back()
    factories.set_contact(ask, email="new@people.example")
    assert "t reach you." not in page_of(client, ask)


@pytest.mark.parametrize(("days", "is_said"), [(6, False), (8, True)])
def test_what_is_late_for_a_week_is_said(client, ask, days, is_said):
    Attempt.objects.update(error="Late", began_at=timezone.now() - timedelta(days=days))
    assert ("is still on its way" in page_of(client, ask)) == is_said


def test_a_volunteer_sees_theirs_on_their_page_and_nobody_elses(signed_in, sam, vera, ask):
    mine = signed_in(sam).get("/me/").content.decode()
    assert "Who to get in touch with" in mine
    assert "Someone is coming" not in mine
    assert "Who to get in touch with" not in signed_in(vera).get("/me/").content.decode()


def test_what_was_said_to_volunteers_is_not_on_the_page_of_the_neighbour(client, ask):
    assert "Who to get in touch with" not in page_of(client, ask)
