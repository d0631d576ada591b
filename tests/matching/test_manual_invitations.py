"""A coordinator's word about the invitations for a need, and about what counts how much."""

from typing import Any

import pytest

from mutualaid.matching import actions, tasks
from mutualaid.matching.models import Match, current_points
from mutualaid.notify.models import Notification
from requests_app.actions import NotForYou
from requests_app.models import Need
from tests.support import factories
from tests.support.admin_form import as_it_stands

pytestmark = pytest.mark.django_db
WEIGHTS = "/admin/matching/scoringweights/1/"


@pytest.fixture
def admin(carla, signed_in) -> Any:
    factories.set_points()
    return signed_in(carla)


@pytest.fixture
def need() -> Need:
    """Five fit; so far no one was invited."""
    factories.set_policy(wave_chances=[0.0] * 4)
    for _ in range(5):
        factories.offer()
    need = factories.need()
    tasks.sweep()
    factories.set_policy(wave_chances=[0.15] * 4)
    return need


def do(admin: Any, need: Need, what: str, match: Match | None = None) -> str:
    typed = {"do": what} | ({"match": match.pk} if match else {})
    answer = admin.post(f"/admin/requests_app/need/{need.pk}/invitations/", typed, follow=True)
    return str(answer.content.decode())


def test_everyone_who_fits_stands_there_with_the_sum(admin, need):
    page = admin.get(f"/admin/requests_app/need/{need.pk}/invitations/").content.decode()
    assert page.count("in their area: 35") == 5
    assert "Invite first" in page


def test_who_is_pinned_is_invited_first(admin, need):
    last = need.matches.order_by("score", "-pk").first()
    do(admin, need, "pin", last)
    tasks.sweep()
    assert need.matches.get(state="notified") == last


def test_a_pin_is_taken_out_again(admin, need):
    last = need.matches.order_by("score", "-pk").first()
    do(admin, need, "pin", last)
    do(admin, need, "unpin", last)
    tasks.sweep()
    assert need.matches.get(state="notified") != last


def test_one_is_invited_now_whatever_the_hour(admin, need):
    factories.set_policy(quiet_from="00:00", quiet_until="23:59")
    match = need.matches.first()
    assert "Done." in do(admin, need, "invite", match)
    assert Notification.objects.get(kind="need_fits").recipient == match.offer.volunteer
    assert "changed in the meantime" in do(admin, need, "invite", match)


def test_who_is_left_out_is_not_invited_and_cannot_take_it(admin, need):
    left_out = need.matches.order_by("-score", "pk").first()
    do(admin, need, "leave_out", left_out)
    tasks.sweep()
    left_out.refresh_from_db()
    assert left_out.state == "cancelled"
    assert actions.match_for(left_out.offer.volunteer, need) is None
    with pytest.raises(NotForYou):
        actions.accept(left_out)
    need.refresh_from_db()
    assert need.state == "open"


def test_stopped_means_no_one_is_invited_until_it_goes_on(admin, need):
    do(admin, need, "stop")
    Need.objects.update(match_due_at=need.created_at)
    tasks.sweep()
    assert not Notification.objects.filter(kind="need_fits").exists()
    do(admin, need, "go_on")
    tasks.sweep()
    assert need.matches.filter(state="notified").count() == 1


@pytest.mark.parametrize("what", ["", "nonsense", "invite", "pin"])
def test_nonsense_is_told_kindly(admin, need, what):
    assert "Choose what to do." in do(admin, need, what)
    assert "changed in the meantime" in do(admin, need, "invite", Match(pk=987654))


def test_to_a_sensitive_need_no_one_is_invited_even_by_hand(admin, settings):
    factories.offer(categories=[factories.category("papers", sensitive=True)])
    need = factories.need(category=factories.category("papers"))
    Need.objects.update(state="open", match_due_at=need.created_at)
    tasks.sweep()
    assert "never sent out" in do(admin, need, "invite", need.matches.get())
    assert not Notification.objects.filter(kind="need_fits").exists()


def test_other_points_are_looked_at_before_they_are_saved(admin, need):
    typed = as_it_stands(admin, f"{WEIGHTS}change/") | {"near": 50}
    page = admin.post(f"{WEIGHTS}preview/", typed).content.decode()
    assert "What these points would change" in page
    assert f"{need.matches.first().offer} · 100.0" in page
    assert f"{need.matches.first().offer} · 100.0" in page
    assert current_points().near == 35
    assert admin.post(f"{WEIGHTS}change/", typed).status_code == 302
    assert current_points().near == 50


@pytest.mark.parametrize("near", ["", "-1", "101", "nan", "inf", "much"])
def test_points_that_make_no_sense_are_told_beside_the_field(admin, near):
    typed = as_it_stands(admin, f"{WEIGHTS}change/") | {"near": near}
    for page in ("preview/", "change/"):
        answer = admin.post(WEIGHTS + page, typed)
        assert "errorlist" in answer.content.decode()
    assert current_points().near == 35


def test_points_are_used_from_the_next_look_on(need):
    factories.set_points(near=0, rested=0)
    Need.objects.update(match_due_at=need.created_at)
    tasks.sweep()
    assert set(need.matches.values_list("score", flat=True)) == {53}
