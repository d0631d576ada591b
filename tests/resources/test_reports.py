"""“This is wrong”: anyone may say it, a coordinator looks into it, and no one else reads it."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from mutualaid.people.ratelimit import HOUR, Limit
from mutualaid.resources import actions, views
from mutualaid.resources.attention import reports_waiting
from mutualaid.resources.models import Resource, ResourceReport
from mutualaid.retention.erasing import erase_expired
from tests.support import clock, factories

pytestmark = pytest.mark.django_db
WRONG = {"what": "hours", "words": "It opens at five"}


@pytest.fixture
def table():
    return factories.resource()


def say(client, resource, **typed):
    return client.post(f"/near/{resource.public_id}/wrong/", WRONG | typed, follow=True)


def test_anyone_says_it_and_is_thanked(client, table):
    page = say(client, table).content.decode()
    assert "Thanks for telling us." in page
    assert reports_waiting() == 1


def test_what_is_not_chosen_or_too_long_is_told_and_stays_typed(client, table):
    page = say(client, table, what="").content.decode()
    assert "Choose what is wrong." in page
    assert "It opens at five" in page
    page = say(client, table, words="x" * 501).content.decode()
    assert "501 letters. Use 500 at most." in page
    assert reports_waiting() == 0


def test_one_network_cannot_flood_it_and_hears_when_to_come_again(client, table, monkeypatch):
    monkeypatch.setattr(views, "REPORTS", Limit("resource-report", 2, HOUR))
    answers = [say(client, table).status_code for _ in range(4)]
    assert answers == [200, 200, 429, 429]
    assert reports_waiting() == 2


def test_many_networks_cannot_bury_the_others_under_reports_of_one(table):
    taken = [actions.report_wrong(table, what="closed", words="") for _ in range(25)]
    assert taken.count(True) == actions.MOST_WAITING
    assert reports_waiting() == actions.MOST_WAITING


def test_of_what_was_removed_meanwhile_nothing_is_written_down(table, carla):
    seen = Resource.objects.get()
    actions.remove_resource(table, by=carla)
    assert not actions.report_wrong(seen, **WRONG)


def test_a_coordinator_reads_it_corrects_and_settles_it_in_one_tap(signed_in, carla, table):
    actions.report_wrong(table, **WRONG)
    browser = signed_in(carla)
    page = browser.get("/admin/resources/check/").content.decode()
    assert "It opens at five" in page
    report = ResourceReport.objects.get()
    path = f"/admin/resources/resource/{table.pk}/checked/"
    answer = browser.post(path, {"reports": [str(report.pk)]})
    assert answer.headers["Location"] == "/admin/resources/check/"
    assert reports_waiting() == 0
    report.refresh_from_db()
    assert report.settled_by == carla


def test_what_came_while_the_page_was_open_waits_on(signed_in, carla, table):
    actions.report_wrong(table, **WRONG)
    read = ResourceReport.objects.get()
    actions.report_wrong(table, what="closed", words="Since last week")
    signed_in(carla).post(
        f"/admin/resources/resource/{table.pk}/checked/", {"reports": [str(read.pk)]}
    )
    assert ResourceReport.objects.get(settled_at=None).what == "closed"


def test_checking_many_in_the_list_settles_nothing_that_no_one_read(signed_in, carla, table):
    actions.report_wrong(table, **WRONG)
    clock.later(days=200)
    signed_in(carla).post(
        "/admin/resources/resource/", {"action": "mark_checked", "_selected_action": table.pk}
    )
    table.refresh_from_db()
    assert not table.is_due
    assert reports_waiting() == 1


@pytest.mark.parametrize("typed", [["nonsense"], ["1"], ["0" * 40]])
def test_nonsense_for_a_report_settles_nothing(signed_in, carla, table, typed):
    actions.report_wrong(table, **WRONG)
    path = f"/admin/resources/resource/{table.pk}/checked/"
    assert signed_in(carla).post(path, {"reports": typed}).status_code == 200
    assert reports_waiting() == 1


def test_the_words_are_not_readable_in_the_database(table):
    actions.report_wrong(table, **WRONG)
    with connection.cursor() as cursor:
        cursor.execute("SELECT words FROM resources_resourcereport")
        assert "five" not in cursor.fetchone()[0]
    assert ResourceReport.objects.get().words == "It opens at five"


def test_it_is_erased_once_settled_and_in_any_case_after_a_year(table, carla):
    for words in ("settled", "forgotten"):
        actions.report_wrong(table, what="other", words=words)
    settled = next(r for r in ResourceReport.objects.all() if r.words == "settled")
    actions.mark_checked(table, by=carla, settles=[settled.pk])
    clock.later(days=29)
    erase_expired()
    assert [report.words for report in ResourceReport.objects.all()] == ["forgotten"]
    clock.later(days=340)
    erase_expired()
    assert not ResourceReport.objects.exists()


def test_the_list_of_what_to_check_has_what_is_said_first_then_the_longest_unchecked(
    signed_in, carla
):
    today = timezone.localdate()
    for name, days in {"Fresh": 10, "Old": 200, "Older": 300, "Reported": 20}.items():
        factories.resource(name, checked_on=today - timedelta(days=days))
    factories.resource("Never", checked_on=None)
    factories.resource("Closed", checked_on=None, is_active=False)
    actions.report_wrong(Resource.objects.get(name="Reported"), **WRONG)
    page = signed_in(carla).get("/admin/resources/check/").context["page"]
    assert [row.name for row in page] == ["Reported", "Never", "Older", "Old"]


@pytest.mark.parametrize("page", ["check/", "resource/{}/checked/"])
def test_whoever_checks_one_sees_all_that_is_said_of_it(signed_in, carla, table, page):
    said: actions.Values = {
        "hours": "Fridays at 4",
        "cost": "Free",
        "to_bring": "A bag",
        "eligibility": "Everyone",
    }
    actions.change_resource(table, said, by=carla)
    Resource.objects.update(checked_on=None)
    text = signed_in(carla).get(f"/admin/resources/{page.format(table.pk)}").content.decode()
    for words in map(str, said.values()):
        assert words in text


@pytest.mark.parametrize("many", [1, 3, 50])
def test_it_asks_the_database_as_often_for_many_as_for_one(
    signed_in, carla, many, django_assert_num_queries
):
    for number in range(many):
        resource = factories.resource(f"Table {number}", checked_on=None)
        actions.report_wrong(resource, **WRONG)
    browser = signed_in(carla)
    browser.get("/admin/resources/check/")
    with django_assert_num_queries(11):
        browser.get("/admin/resources/check/")
