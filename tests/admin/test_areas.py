"""The areas that a coordinator looks after: shown to them first, called first about them, and no fence."""

import re
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.core import mail

from mutualaid.notify.registry import compose_if_there
from mutualaid.notify.tasks import sweep
from mutualaid.people.actions import leave_role
from mutualaid.people.models import Membership, Role, User
from requests_app import actions
from requests_app.coordinators import areas_of
from requests_app.lifecycle.actors import coordinator
from requests_app.models import Need
from tests.support import factories
from tests.support.admin_form import as_it_stands
from tests.support.subjects import unmarked

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
NEEDS = "/admin/requests_app/need/"


def text(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def looks_after(user: User, *areas: Any) -> None:
    Membership.objects.get(user=user, role=Role.COORDINATOR).areas.set(areas)


@pytest.fixture
def harbour(db: None) -> Any:
    return factories.locality("harbour", parent=factories.locality("city"))


@pytest.fixture
def two(harbour: Any) -> tuple[Need, Need]:
    """A need in Harbour, which is part of the City, and one in Riverside, which is not."""
    return factories.need(locality=harbour), factories.need()


def test_they_are_chosen_on_the_page_of_the_person_and_logged(admin, carla, harbour):
    path = f"/admin/people/user/{carla.pk}/change/"
    admin.post(path, as_it_stands(admin, path) | {"areas": [harbour.pk]})
    assert areas_of(carla) == {harbour.pk}
    assert "areas" in LogEntry.objects.get(user=carla).change_message
    page = text(admin.get(path))
    assert re.search(rf'value="{harbour.pk}" selected', page)


@pytest.mark.parametrize("typed", ["x", "-1", "9" * 40, "0"])
def test_what_is_no_area_is_an_error_beside_the_field(admin, carla, typed):
    path = f"/admin/people/user/{carla.pk}/change/"
    answer = admin.post(path, as_it_stands(admin, path) | {"areas": [typed]})
    assert "errorlist" in text(answer)


def test_who_coordinates_nothing_has_none(admin, rosa, harbour):
    path = f"/admin/people/user/{rosa.pk}/change/"
    assert 'name="areas"' not in text(admin.get(path))
    admin.post(path, as_it_stands(admin, path) | {"areas": [harbour.pk], "name": "Rosalind"})
    assert areas_of(rosa) == set()


def test_an_area_holds_what_is_inside_it(carla, harbour):
    pier = factories.locality("pier", parent=harbour)
    looks_after(carla, harbour.parent)
    assert areas_of(carla) == {harbour.parent_id, harbour.pk, pier.pk}


@pytest.mark.parametrize("page", [NEEDS, "/admin/requests_app/ask/"])
def test_a_list_shows_theirs_first_and_all_in_one_tap(admin, carla, two, page):
    near, _far = two
    codes = [n.ask.code if "ask" in page else n.code for n in two]
    assert all(code in text(admin.get(page)) for code in codes)
    looks_after(carla, near.locality.parent)
    shown = text(admin.get(page, {"q": "groceries"}))
    assert [code in shown for code in codes] == [True, False]
    (link,) = re.findall(r'areas you look after. <a href="([^"]+)">All areas', shown)
    everything = text(admin.get(page + link.replace("&amp;", "&")))
    assert all(code in everything for code in codes)
    assert "q=groceries" in link


def test_the_board_counts_where_its_links_lead(admin, carla, two):
    Need.objects.update(urgency=4)
    looks_after(carla, two[0].locality)
    for query, many in (("", "1"), ("?areas=all", "2")):
        board = text(admin.get(f"/admin/{query}"))
        url, count = re.search(r'href="([^"]*look=today[^"]*)"><strong>(\d+)', board).groups()
        assert count == many
        listed = text(admin.get(url.replace("&amp;", "&")))
        assert f"{many} row" in listed


def test_they_fence_nothing(admin, carla, two):
    """A need elsewhere opens, changes, and goes through its next step."""
    near, far = two
    looks_after(carla, near.locality)
    path = f"{NEEDS}{far.pk}/change/"
    assert admin.post(path, as_it_stands(admin, path) | {"urgency": 3}).status_code == 302
    typed = {"action": "hold", "_selected_action": far.pk, "until": "2099-01-01"}
    admin.post(NEEDS, typed)
    far.refresh_from_db()
    assert (far.urgency, far.state) == (3, "on_hold")


def test_all_that_are_shown_are_those_in_their_areas(admin, carla, two):
    near, far = two
    looks_after(carla, near.locality)
    typed = {"action": "hold", "_selected_action": near.pk, "until": "2099-01-01"}
    admin.post(NEEDS, typed | {"select_across": "1"})
    for need, state in ((near, "on_hold"), (far, "open")):
        need.refresh_from_db()
        assert need.state == state


def test_a_volunteer_turns_to_who_looks_after_the_area_first(sam, carla, harbour):
    lives_there = factories.person("Dora", Role.COORDINATOR, locality=harbour)
    far = factories.need()
    assert actions.claim_need(
        factories.need(locality=harbour), by=sam, weekly_limit=9
    ).support_contact == (lives_there)
    looks_after(carla, harbour.parent)
    claim = actions.claim_need(factories.need(locality=harbour), by=sam, weekly_limit=9)
    assert claim.support_contact == carla
    assert actions.claim_need(far, by=sam, weekly_limit=9).support_contact == carla


def test_who_looks_after_the_area_hears_of_what_waits_to_be_read_once_for_an_ask(carla, harbour):
    factories.set_policy(needs_open_at_once=False)
    dora = factories.person("Dora", Role.COORDINATOR)
    looks_after(carla, harbour.parent)
    here = factories.details(locality=harbour)
    ask = factories.ask(here, here)
    factories.ask()
    sweep()
    (told,) = [
        m for m in mail.outbox if unmarked(m.subject) == "A need in your area waits to be read"
    ]
    assert told.to == [carla.email]
    assert f"{NEEDS}?look=read" in told.body
    mail.outbox.clear()
    looks_after(dora, harbour)
    for need in ask.needs.all():
        actions.publish_need(need, by=coordinator(carla))
    factories.ask(here)
    actions.publish_need(Need.objects.latest("pk"), by=coordinator(carla))
    sweep()
    assert not [m for m in mail.outbox if "waits to be read" in m.subject], "it is read already"


def test_what_is_held_back_is_no_reason_to_send_someone_to_the_list_without_it(
    carla, harbour, admin
):
    """The message leads to `?look=read`, and says what is there."""
    looks_after(carla, harbour)
    factories.set_policy(needs_open_at_once=False)
    waits = factories.need(locality=harbour)
    assert compose_if_there("coordinator_to_read", carla.pk)
    assert admin.get(f"{NEEDS}?look=read").context["cl"].result_count == 1
    Need.objects.filter(pk=waits.pk).update(held_back="site")
    assert compose_if_there("coordinator_to_read", carla.pk) is None
    assert admin.get(f"{NEEDS}?look=read").context["cl"].result_count == 0


def test_areas_go_with_the_role(carla, harbour):
    factories.person("Dora", Role.COORDINATOR)
    looks_after(carla, harbour)
    leave_role(carla, Role.COORDINATOR)
    assert not User.objects.looking_after([harbour.pk]).exists()
    assert not Membership.areas.through.objects.exists()
