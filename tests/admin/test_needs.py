"""Needs in the admin: what it shows, and that its steps are the same as on the pages."""

from typing import Any

import pytest

from mutualaid.matching import tasks
from mutualaid.notify.models import Notification
from requests_app.actions import ContactDetails, claim_need, deliver_claim, withdraw_need
from requests_app.lifecycle.actors import volunteer
from requests_app.models import Claim, Need
from tests.support import factories
from tests.support.admin_form import as_it_stands

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
NEEDS = "/admin/requests_app/need/"


def text(answer: Any) -> str:
    return str(answer.content.decode())


def do(admin: Any, action: str, *needs: Need, reason: str = "") -> str:
    body = {"action": action, "_selected_action": [n.pk for n in needs], "close_reason": reason}
    return text(admin.post(NEEDS, body, follow=True))


def test_a_need_stands_there_with_state_age_who_comes_and_how_many_were_asked(admin, sam):
    factories.offer(by=sam)
    need = factories.need()
    tasks.sweep()
    row = text(admin.get(NEEDS)).split('id="result_list"')[1]
    for shown in (
        "Groceries · Riverside",
        need.code,
        "looking",
        "0\xa0minutes",
        "1 of 1",
    ):
        assert shown in row
    claim_need(need, by=sam, weekly_limit=2)
    assert "Sam" in text(admin.get(NEEDS))


def test_what_still_waits_stands_before_what_is_closed(admin, sam):
    closed, open_need = factories.need(urgency=4), factories.need(urgency=1)
    withdraw_need(closed)
    rows = text(admin.get(NEEDS)).split('id="result_list"')[1]
    assert rows.index(open_need.code) < rows.index(closed.code)


def test_its_page_shows_matches_with_points_and_the_history_in_words(admin, sam):
    factories.offer(by=sam)
    need = factories.need()
    tasks.sweep()
    claim_need(need, by=sam, weekly_limit=2)
    page = text(admin.get(f"{NEEDS}{need.pk}/change/"))
    for shown in (
        "in their area: 35",
        "Sam · 100",
        "said yes",
        "someone is coming",
        "the neighbour",
    ):
        assert shown in page


def test_publishing_opens_a_need_and_matches_it(admin, sam):
    need = factories.need(category=factories.category("papers", sensitive=True))
    assert "Done for 1 need." in do(admin, "publish", need)
    need.refresh_from_db()
    assert need.state == "open"
    assert need.match_due_at is not None
    assert need.events.last().actor.name == "Carla"


def test_releasing_looks_for_someone_else_and_tells_the_volunteer(admin, sam):
    need = factories.need()
    claim = claim_need(need, by=sam, weekly_limit=2)
    assert "Done for 1 need." in do(admin, "release", need)
    need.refresh_from_db()
    claim.refresh_from_db()
    assert (need.state, claim.state) == ("open", "released")
    assert Notification.objects.filter(kind="claim_ended", recipient=sam).exists()


def test_closing_needs_a_reason_and_writes_it_down(admin):
    need = factories.need()
    assert "To close a need, choose a reason." in do(admin, "close", need)
    do(admin, "close", need, reason="nonsense")
    need.refresh_from_db()
    assert need.state == "open"
    do(admin, "close", need, reason="referred")
    need.refresh_from_db()
    assert (need.state, need.close_reason) == ("closed", "referred")
    assert need.events.last().reason == "referred"


def test_what_is_not_possible_is_left_and_counted(admin, sam):
    open_need, done = factories.need(), factories.need()
    deliver_claim(claim_need(done, by=sam, weekly_limit=2), by=volunteer(sam))
    page = do(admin, "release", open_need, done)
    assert "Done for 0 needs." in page
    assert "Left as they are: 2 needs." in page


def test_giving_a_need_to_someone_who_fits_or_to_anyone(admin, sam, vera):
    factories.offer(by=sam)
    first, second = factories.need(), factories.need()
    tasks.sweep()
    page = text(admin.get(f"{NEEDS}{first.pk}/assign/"))
    assert "Sam · 100" in page
    page = text(admin.post(f"{NEEDS}{first.pk}/assign/", {"match": sam.pk}, follow=True))
    assert "Sam has it now and was told." in page
    admin.post(f"{NEEDS}{second.pk}/assign/", {"other": vera.pk})
    assert {claim.volunteer for claim in Claim.objects.live()} == {sam, vera}
    assert Notification.objects.filter(kind="claim_made").count() == 2


@pytest.mark.parametrize(
    "typed",
    [
        {},
        {"match": "999"},
        {"other": "999"},
        {"other": "x\0"},
        {"typed_name": "Nobody"},
        {"typed_name": "\0"},
    ],
)
def test_giving_it_to_no_one_or_nonsense_is_told(admin, typed):
    need = factories.need()
    answer = admin.post(f"{NEEDS}{need.pk}/assign/", typed)
    assert answer.status_code == 200
    assert "errorlist" in text(answer)
    assert not Claim.objects.exists()


def test_giving_it_away_twice_is_told(admin, sam, vera):
    need = factories.need()
    claim_need(need, by=vera, weekly_limit=2)
    page = text(admin.post(f"{NEEDS}{need.pk}/assign/", {"other": sam.pk}, follow=True))
    assert "Someone else has it already, or it is closed." in page


def test_a_state_cannot_be_typed_past_the_table(admin):
    need = factories.need()
    form = text(admin.get(f"{NEEDS}{need.pk}/change/"))
    assert 'name="state"' not in form
    assert 'name="close_reason"' in form  # of the next step, which is an action


def test_what_is_unmet_is_counted_on_the_first_page_and_each_count_leads_to_its_list(admin, sam):
    factories.need(category=factories.category("papers", sensitive=True))
    factories.need(urgency=4)
    page = text(admin.get("/admin/"))
    assert "to be read by a coordinator" in page
    for look in ("read", "today", "unlooked"):
        assert f'href="{NEEDS}?look={look}"><strong>1</strong>' in page
        assert "1 row" in text(admin.get(f"{NEEDS}?look={look}"))


@pytest.mark.parametrize("query", ["?look=nonsense", "?q=%00", "?state__exact=zzz", "?p=999"])
def test_nonsense_in_the_address_of_the_list_is_no_fault(admin, query):
    factories.need()
    assert admin.get(NEEDS + query).status_code in (200, 302)


def test_the_list_costs_the_same_for_one_need_and_for_many(
    admin, sam, django_assert_max_num_queries
):
    for _ in range(12):
        factories.need()
    with django_assert_max_num_queries(12):
        admin.get(NEEDS)


def test_messages_that_were_given_up_can_be_sent_again(admin):
    factories.need(contact=ContactDetails(name="Ana", email="ana@people.example"))
    row = Notification.objects.get()
    Notification.objects.update(state="failed", tries=8, error="SMTPDataError")
    assert "<strong>1</strong>" in text(admin.get("/admin/"))
    where = "/admin/notify/notification/"
    assert "we have your need" in text(admin.get(where))
    admin.post(where, {"action": "try_again", "_selected_action": [row.pk]})
    row.refresh_from_db()
    assert (row.state, row.tries, row.error) == ("waiting", 0, "")


def test_a_coordinator_adds_areas_and_changes_kinds(admin):
    shown = as_it_stands(admin, "/admin/catalog/locality/add/")
    typed = shown | {"slug": "new", "name": "New Town", "parent": "", "lat": "1.5", "lng": "2.5"}
    assert admin.post("/admin/catalog/locality/add/", typed).status_code == 302
    wrong = admin.post("/admin/catalog/locality/add/", typed | {"slug": "b", "lat": "900"})
    assert wrong.status_code == 200
    assert "errorlist" in text(wrong)


def test_a_coordinator_says_when_it_suits_and_who_is_not_free_then_is_suggested_no_more(admin, sam):
    factories.offer(by=sam, week_parts=1)
    need = factories.need()
    tasks.sweep()
    assert need.matches.exists()
    need.matches.update(state="suggested", invited_at=None)
    path = f"{NEEDS}{need.pk}/change/"
    answer = admin.post(path, as_it_stands(admin, path) | {"week_parts": ["4"]})
    assert answer.status_code == 302
    tasks.sweep()
    need.refresh_from_db()
    assert (need.week_parts, need.matches.exists()) == (4, False)
