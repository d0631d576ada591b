"""Matching on the page of a need: who fits and why, how to reach them, and why somebody is not there."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from mutualaid.matching import tasks
from mutualaid.matching.models import Match
from mutualaid.notify.models import Preferences
from mutualaid.people.models import AccountAccessLogEntry, Role
from offers_app.actions import pause_offer
from requests_app.access.exclusions import exclude_people
from requests_app.models import Claim, Need
from tests.support import factories
from tests.support.signing_in import time_passes

pytestmark = pytest.mark.django_db
KM = 0.009  # of latitude, about one kilometre
PHONE = "+1 608 555 0199"


@pytest.fixture
def admin(carla, signed_in) -> Any:
    return signed_in(carla)


def url(need: Need, page: str = "invitations") -> str:
    return f"/admin/requests_app/need/{need.pk}/{page}/"


def look_for(admin: Any, need: Need, name: str) -> str:
    """The part of the page below the search."""
    page = admin.post(url(need), {"look_for": name}).content.decode()
    return str(page.split('id="missed"')[1])


def with_phone(user: Any) -> None:
    Preferences.objects.create(user=user, phone=PHONE, phone_confirmed_at="2026-01-01T00:00:00Z")


def test_the_need_stands_beside_those_who_fit_with_reasons_and_how_busy_they_are(admin, sam):
    factories.offer(by=sam, per_week=3)
    need = factories.need()
    tasks.sweep()
    page = admin.get(url(need)).content.decode()
    for shown in (
        need.code,
        "Riverside",
        "Sam",
        "in their area: 35",
        "Tasks in that week: 0 of 3.",
    ):
        assert shown in page
    assert "Asked in the last seven days: 1." in page


def test_no_distance_in_kilometres_is_shown(admin, sam):
    factories.offer(by=sam, localities=[factories.locality("hill", lat=2.2 * KM)])
    need = factories.need()
    tasks.sweep()
    page = admin.get(url(need)).content.decode()
    assert "not far from their area" in page
    assert "km" not in page.split('class="match-desk"')[1].split("</main>")[0]


def test_a_phone_is_not_there_before_one_click_which_is_logged_and_shows_it_in_place(
    admin, carla, sam
):
    factories.offer(by=sam)
    with_phone(sam)
    need = factories.need()
    tasks.sweep()
    before = admin.get(url(need)).content.decode()
    assert "0199" not in before
    assert sam.email not in before
    assert not AccountAccessLogEntry.objects.exists()
    page = admin.post(url(need, "volunteer"), {"person": sam.pk}).content.decode()
    in_place = page.split(f'id="person-{sam.pk}"')[1].split("</li>\n")[0]
    assert 'href="tel:+16085550199"' in in_place
    assert f'href="mailto:{sam.email}"' in in_place
    look = AccountAccessLogEntry.objects.get()
    assert (look.person, look.by) == (sam, carla)
    told = " ".join(admin.get("/admin/people/stafflogentry/").content.decode().split())
    assert "Looked at how to reach an account: e-mail and phone" in told


def test_a_phone_that_its_owner_did_not_confirm_is_not_given_out(admin, sam):
    factories.offer(by=sam)
    Preferences.objects.create(user=sam, phone=PHONE)
    need = factories.need()
    page = admin.post(url(need, "volunteer"), {"person": sam.pk}).content.decode()
    assert "0199" not in page
    assert sam.email in page


def test_looks_at_volunteers_are_limited_and_the_refusal_stands_beside_the_person(admin, sam, vera):
    factories.set_policy(coordinator_contact_views_per_hour=1)
    factories.offer(by=sam)
    need = factories.need()
    tasks.sweep()
    admin.post(url(need, "volunteer"), {"person": vera.pk})
    page = admin.post(url(need, "volunteer"), {"person": sam.pk}).content.decode()
    in_place = page.split(f'id="person-{sam.pk}"')[1].split('class="person-steps"')[0]
    assert "You have looked at many addresses" in in_place
    assert sam.email not in page
    assert page.count("errorlist") == 1


def test_a_look_needs_a_fresh_sign_in(admin, sam):
    need = factories.need()
    time_passes(admin, 11 * 60)
    answer = admin.post(url(need, "volunteer"), {"person": sam.pk})
    assert answer.status_code == 302
    assert "reauthenticate" in answer["Location"]
    assert not AccountAccessLogEntry.objects.exists()


def test_whoever_may_not_coordinate_reaches_none_of_it(signed_in, sam):
    ines = factories.person("Ines", Role.INTAKE)
    browser = signed_in(ines)
    need = factories.need(taken_in_by=ines)
    for page in ("invitations", "volunteer", "assign"):
        assert browser.get(url(need, page)).status_code == 403
        assert browser.post(url(need, page), {"person": sam.pk}).status_code == 403
    assert not AccountAccessLogEntry.objects.exists()


def test_somebody_is_given_it_right_there(admin, sam):
    factories.offer(by=sam)
    need = factories.need()
    tasks.sweep()
    assert f'name="other" value="{sam.pk}"' in admin.get(url(need)).content.decode()
    page = admin.post(url(need, "assign"), {"other": sam.pk}, follow=True).content.decode()
    assert "Sam has it now and was told." in page
    assert Claim.objects.get().volunteer == sam


def test_a_name_is_looked_for_and_each_rule_that_leaves_them_out_is_a_sentence(admin, sam, vera):
    factories.offer(
        by=sam,
        categories=[factories.category("bread")],
        localities=[factories.locality("far", lat=9 * KM)],
    )
    pause_offer(factories.offer(by=vera), until=None)
    need = factories.need()
    found = look_for(admin, need, "sam")
    assert "offer this kind of help." in found
    assert "It is too far from the areas they chose." in found
    assert "Vera" not in found
    assert "Their offer is paused." in look_for(admin, need, "VERA")


def test_a_name_stands_in_no_address(admin, sam):
    answer = admin.post(url(factories.need()), {"look_for": "Sam"})
    assert answer.status_code == 200
    assert "Sam" not in answer.wsgi_request.get_full_path()


@pytest.mark.parametrize("typed", ["Nobody", "%", "_", "x" * 61, "\0", "", " "])
def test_a_name_that_no_one_has_is_told_and_no_wildcard_works(admin, sam, typed):
    found = look_for(admin, factories.need(), typed)
    assert "No one who can sign in has this name." in found or "errorlist" in found
    assert f"person-{sam.pk}" not in found


def test_from_whom_it_is_kept_is_said_without_why_and_they_cannot_be_given_it(admin, sam):
    factories.offer(by=sam)
    need = factories.need()
    exclude_people(need.ask, [sam])
    found = look_for(admin, need, "Sam")
    assert "shown to them." in found
    assert "exclu" not in found.casefold()
    assert "give it to them" not in found
    page = admin.post(url(need, "assign"), {"other": sam.pk}).content.decode()
    assert "This is not for this person" in page


def test_who_fits_and_is_on_no_list_is_put_first_on_it(admin, sam):
    """With a short list of one, the second best fits and is left off."""
    factories.set_policy(shortlist_size=1, wave_chances=[0.0] * 4)
    factories.offer()
    factories.offer(by=sam, localities=[factories.locality("hill", lat=2.2 * KM)])
    need = factories.need()
    tasks.sweep()
    found = look_for(admin, need, "Sam")
    assert "Others fit better" in found
    admin.post(url(need), {"do": "pin_person", "person": sam.pk})
    match = Match.objects.get(need=need, offer__volunteer=sam)
    assert match.pinned
    Need.objects.update(match_due_at=need.created_at)
    tasks.sweep()
    assert Match.objects.filter(pk=match.pk).exists()


def test_who_does_not_fit_cannot_be_put_on_the_list(admin, sam):
    need = factories.need()
    page = admin.post(url(need), {"do": "pin_person", "person": sam.pk}).content.decode()
    assert "This has changed in the meantime." in page
    assert not Match.objects.exists()


def test_what_holds_up_an_invitation_is_said_of_those_who_fit(admin, sam):
    now, hour = timezone.localtime(), timedelta(hours=1)
    quiet = {"quiet_from": f"{now - hour:%H:%M}", "quiet_until": f"{now + hour:%H:%M}"}
    factories.set_policy(wave_chances=[0.0] * 4, **quiet)
    factories.offer(by=sam)
    need = factories.need()
    tasks.sweep()
    assert "It is their quiet time just now." in admin.get(url(need)).content.decode()


def test_of_several_with_one_name_one_is_chosen(admin):
    area = factories.locality("hill")
    first = factories.person("Noor", locality=area)
    second = factories.person("Noor", email="n2@people.example")
    need = factories.need()
    page = admin.post(url(need, "assign"), {"typed_name": "noor"}).content.decode()
    assert "Several people are called so." in page
    assert "Noor · Hill" in page
    assert not Claim.objects.exists()
    admin.post(url(need, "assign"), {"typed_name": "noor", "other": second.pk})
    assert Claim.objects.get().volunteer == second
    assert first.pk != second.pk


@pytest.mark.parametrize("many", [1, 12])
def test_the_page_costs_the_same_for_one_who_fits_and_for_many(
    admin, many, django_assert_max_num_queries
):
    for _ in range(many):
        factories.offer()
    need = factories.need()
    tasks.sweep()
    with django_assert_max_num_queries(32):
        admin.get(url(need))
