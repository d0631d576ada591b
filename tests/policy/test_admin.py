"""Coordinators change how the group works: with a preview, a history, and nothing of others overwritten."""

from functools import partial
from typing import Any

import pytest
from django.test import Client

from mutualaid.people.models import Role, User
from mutualaid.policy import previews
from mutualaid.policy.actions import make_policy
from mutualaid.policy.current import current_policy
from mutualaid.policy.models import Policy, PolicyChange
from tests.support import factories
from tests.support.admin_form import as_it_stands, fields_of
from tests.support.at_once import at_once
from tests.support.signing_in import sign_in

pytestmark = pytest.mark.django_db
PAGE = "/admin/policy/policy/1/change/"
PREVIEW = "/admin/policy/policy/1/preview/"
HISTORY = "/admin/policy/policy/1/history/"


def save(browser: Any, form: dict[str, Any], **values: Any) -> Any:
    return browser.post(PAGE, form | values | {"_save": "1"})


def test_a_coordinator_changes_it_and_the_history_tells(carlas):
    form = as_it_stands(carlas, PAGE)
    assert save(carlas, form, erase_days="30", quiet_from="22:15").status_code == 302
    assert current_policy().erase_days == 30
    page = carlas.get(HISTORY).content.decode()
    assert "Carla" in page
    assert "Days until personal details are erased: from 28 to 30" in page
    assert "Quiet from: from midnight to 10:15 p.m." in page
    assert PolicyChange.objects.count() == 2


def test_each_value_of_the_policy_can_be_changed_there(carlas):
    names = {field.name for field in Policy._meta.fields} - {"id", "version"}
    page = carlas.get(PAGE).content.decode()
    assert {name for name in names if f'name="{name}' not in page} == set()


@pytest.mark.parametrize("name", ["has_partners", "can_be_found", "has_lending"])
def test_what_goes_beyond_us_is_switched_on_there(carlas, name):
    assert save(carlas, as_it_stands(carlas, PAGE), **{name: "on"}).status_code == 302
    assert getattr(current_policy(), name) is True


def test_looking_at_it_stores_nothing(carlas):
    for page in (PAGE, HISTORY):
        assert carlas.get(page).status_code == 200
    assert not Policy.objects.exists()


def test_the_list_leads_to_the_one_page(carlas):
    assert carlas.get("/admin/policy/policy/").headers["Location"] == PAGE


def test_each_value_has_its_sentence_and_each_group_its_title(carlas):
    page = carlas.get(PAGE).content.decode()
    for field in Policy.value_fields():
        assert f'name="{field.name}"' in page
    assert "Counted from when a need is closed." in page
    assert "How often one person is invited" in page


def test_a_wrong_value_is_told_beside_it_and_nothing_is_saved(carlas):
    form = as_it_stands(carlas, PAGE)
    answer = save(carlas, form, digest_hour="24", lapse_hours="1")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Write a whole number from 0 to 23." in page
    assert "A silent yes can&#x27;t end before the reminder goes out." in page
    assert not Policy.objects.exists()


def test_an_older_page_writes_only_what_its_user_changed(carlas, doras):
    old = as_it_stands(doras, PAGE)
    save(carlas, as_it_stands(carlas, PAGE), erase_days="30", needs_open_at_once="")
    assert save(doras, old, digest_hour="7").status_code == 302
    now = current_policy()
    assert (now.erase_days, now.digest_hour, now.needs_open_at_once) == (30, 7, False)
    assert PolicyChange.objects.latest("version").changes == {"digest_hour": [9, 7]}


def test_the_same_value_changed_meanwhile_shows_both_and_writes_nothing(carlas, doras):
    old = as_it_stands(doras, PAGE)
    save(carlas, as_it_stands(carlas, PAGE), erase_days="30", one_tap_days="5")
    answer = save(doras, old, erase_days="40", digest_hour="7")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Carla changed this while you had it open. It now says: 30. You wrote: 40." in page
    assert (current_policy().erase_days, current_policy().digest_hour) == (30, 9)
    # The form that is shown is one of now: sent again, it keeps what Carla changed beside it.
    form = answer.context["adminform"].form
    again = fields_of(form)
    assert (again["one_tap_days"], again["erase_days"]) == (5, "40")
    assert save(doras, again).status_code == 302
    now = current_policy()
    assert (now.erase_days, now.one_tap_days, now.digest_hour) == (40, 5, 7)


def test_two_changes_that_fit_alone_but_not_together_are_refused(carlas, doras):
    old = as_it_stands(doras, PAGE)
    save(carlas, as_it_stands(carlas, PAGE), contact_hours="40")
    answer = save(doras, old, lapse_hours="30")
    assert "A silent yes can&#x27;t end before the reminder goes out." in answer.content.decode()
    assert current_policy().lapse_hours == 48


@pytest.mark.django_db(transaction=True)
def test_of_two_saves_at_once_one_is_told():
    make_policy()
    browsers = [client_of(factories.person(name, Role.COORDINATOR)) for name in ("Carla", "Dora")]
    forms = [as_it_stands(browser, PAGE) for browser in browsers]
    jobs = [partial(save, browsers[n], forms[n], erase_days=str(30 + n)) for n in (0, 1)]
    answers = at_once(jobs)
    assert sorted(answer.status_code for answer in answers) == [200, 302]
    (refused,) = (answer.content.decode() for answer in answers if answer.status_code == 200)
    assert "changed this while you had it open" in refused
    assert PolicyChange.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_of_two_first_changes_at_once_one_is_told():
    browsers = [client_of(factories.person(name, Role.COORDINATOR)) for name in ("Carla", "Dora")]
    forms = [as_it_stands(browser, PAGE) for browser in browsers]
    jobs = [partial(save, browsers[n], forms[n], erase_days=str(30 + n)) for n in (0, 1)]
    answers = at_once(jobs)
    assert sorted(answer.status_code for answer in answers) == [200, 302]
    assert list(PolicyChange.objects.values_list("version", flat=True)) == [2, 1]


def test_a_time_that_someone_changed_meanwhile_is_told_as_people_write_it(carlas, doras):
    old = as_it_stands(doras, PAGE)
    save(carlas, as_it_stands(carlas, PAGE), quiet_from="22:15")
    page = save(doras, old, quiet_from="23:00").content.decode()
    assert "It now says: 10:15 p.m." in page
    assert "You wrote: 11 p.m." in page


def test_both_wanting_the_same_is_no_conflict(carlas, doras):
    old = as_it_stands(doras, PAGE)
    save(carlas, as_it_stands(carlas, PAGE), erase_days="30")
    assert save(doras, old, erase_days="30").status_code == 302
    assert PolicyChange.objects.count() == 2


def client_of(user: User) -> Client:
    return sign_in(Client(), user)


def test_a_preview_says_what_would_change_and_saves_nothing(carlas):
    answer = carlas.post(PREVIEW, as_it_stands(carlas, PAGE) | {"erase_days": "30"})
    page = answer.content.decode()
    assert "Days until personal details are erased: from 28 to 30" in page
    assert not Policy.objects.exists()
    assert save(carlas, fields_of(answer.context["form"])).status_code == 302
    assert current_policy().erase_days == 30


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("page", ["policy/policy", "matching/scoringweights"])
def test_a_preview_locks_its_row_in_a_transaction_of_its_own(page):
    """Outside of one, PostgreSQL holds no lock and Django raises."""
    make_policy()
    factories.set_points()
    browser = client_of(factories.person("Carla", Role.COORDINATOR))
    form = as_it_stands(browser, f"/admin/{page}/1/change/")
    assert browser.post(f"/admin/{page}/1/preview/", form).status_code == 200


def test_a_preview_of_a_row_that_is_not_there_is_not_there_either(carlas):
    assert carlas.post("/admin/policy/policy/2/preview/", {}).status_code == 404


def test_a_preview_of_wrong_values_is_the_form_with_its_mistakes(carlas):
    answer = carlas.post(PREVIEW, as_it_stands(carlas, PAGE) | {"erase_days": "0"})
    assert "Write a whole number from 1 to 366." in answer.content.decode()


def test_rooms_above_add_their_previews(carlas, monkeypatch):
    monkeypatch.setattr(previews, "_registered", [])

    @previews.register
    def rows(now: Policy, then: Policy) -> previews.Preview:
        cells = [["<b>needs</b>", str(now.erase_days), str(then.erase_days)]]
        return previews.Preview("Our preview", "Why.", ["", "Now", "Then"], cells)

    @previews.register
    def silent(now: Policy, then: Policy) -> None:
        return None

    page = carlas.post(PREVIEW, as_it_stands(carlas, PAGE) | {"erase_days": "30"}).content.decode()
    assert "Our preview" in page
    assert "&lt;b&gt;needs&lt;/b&gt;" in page
    assert page.count('<section class="preview">') == 1


@pytest.mark.parametrize("who", ["rosa", "sam"])
def test_no_one_else_gets_in(who, request, signed_in):
    browser = signed_in(request.getfixturevalue(who))
    for page in (PAGE, PREVIEW, HISTORY, "/admin/policy/policy/"):
        assert browser.get(page).status_code == 302
        assert browser.post(page).status_code == 302


def test_who_keeps_the_site_running_may_too(signed_in):
    keeper = factories.person("Kim", is_superuser=True)
    browser = signed_in(keeper)
    assert save(browser, as_it_stands(browser, PAGE), erase_days="30").status_code == 302
