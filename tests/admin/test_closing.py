"""Closing several needs goes over a page that says which, and who would be told; and it can be undone."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from mutualaid.notify.models import Notification
from mutualaid.people.models import User
from requests_app.actions import claim_need, withdraw_need
from requests_app.models import Claim, Need, NeedEvent
from tests.support import factories
from tests.support.closing import LIST, confirm, text
from tests.support.people import MAIL, ask_by

pytestmark = pytest.mark.django_db


@pytest.fixture
def needs(sam) -> list[Need]:
    """Three that can be reached, one of them with Sam on his way, and one that is closed already."""
    found = [ask_by(MAIL) for _ in range(4)]
    claim_need(found[0], by=sam, weekly_limit=2)
    withdraw_need(found[3])
    return found


def close(admin: Any, needs: list[Need], **typed: str) -> str:
    body = {"action": "close", "close_reason": "other_help", **typed}
    return text(admin.post(LIST, body | {"_selected_action": [n.pk for n in needs]}, follow=True))


def test_the_page_says_how_many_which_and_who_would_be_told_and_changes_nothing(admin, needs):
    before = Notification.objects.count()
    page = close(admin, needs)
    for sentence in (
        "3 needs are closed: help came from elsewhere.",
        "1 volunteer is on their way and is told not to go.",
        "4 messages are sent in all.",
        "Messages wait 10 minutes. Until then you can undo it.",
        "1 of those you chose stays as it is",
    ):
        assert sentence in page
    assert [need.code in page for need in needs] == [True, True, True, False]
    assert Notification.objects.count() == before
    assert Need.objects.filter(state="closed").count() == 1
    assert Claim.objects.get().state == "claimed"


def test_then_it_does_what_it_said(admin, needs):
    page = close(admin, needs)
    before = Notification.objects.count()
    assert "Done for 3 needs." in confirm(admin, page)
    assert Notification.objects.count() == before + 4
    assert Claim.objects.get().state == "cancelled"
    reasons = Need.objects.order_by("pk").values_list("close_reason", flat=True)
    assert list(reasons) == ["other_help"] * 3 + ["withdrawn"]


def test_the_page_that_follows_undoes_it_and_says_so_in_numbers(admin, needs):
    closed = confirm(admin, close(admin, needs))
    assert "You can undo it until" in closed
    assert "Left as it is: 1 need." in closed
    listed = closed.partition("You can undo it until")[2]
    assert [need.code in listed for need in needs] == [True, True, True, False]
    withdrawn = needs[3]
    undone = press_undo(admin)
    assert "3 needs are as they were before." in undone
    assert "1 task is with its volunteer again." in undone
    assert list(Need.objects.order_by("pk").values_list("state", flat=True)) == [
        "claimed", "open", "open", "closed",
    ]  # fmt: skip
    withdrawn.refresh_from_db()
    assert withdrawn.close_reason == "withdrawn"
    assert Notification.objects.filter(kind="need_closed", state="cancelled").count() == 3


def test_what_cannot_be_undone_is_said_in_numbers_too(admin, needs, sam):
    confirm(admin, close(admin, needs))
    for need in needs[:2]:
        need.events.update(at="2026-01-01T00:00Z")
    press_undo(admin)
    withdraw_need(Need.objects.get(pk=needs[2].pk))
    page = text(admin.post(closed_page(), follow=True))
    assert "2 needs stay as they are, for their messages have gone out." in page
    assert "1 need stays as it is, for someone has changed it since." in page
    assert "as it was before" not in page


def test_a_task_whose_volunteer_cannot_come_any_more_is_counted(admin, needs, sam):
    confirm(admin, close(admin, needs))
    User.objects.filter(pk=sam.pk).update(is_active=False)
    assert "1 task cannot go back to its volunteer." in press_undo(admin)


def test_once_it_is_undone_or_too_late_the_page_has_no_button(admin, needs):
    confirm(admin, close(admin, needs))
    assert ">Undo<" in text(admin.get(closed_page()))
    press_undo(admin)
    page = text(admin.get(closed_page()))
    assert "There is nothing to undo any more" in page
    assert ">Undo<" not in page
    confirm(admin, close(admin, needs))
    NeedEvent.objects.update(at="2026-01-01T00:00Z")
    page = text(admin.get(closed_page()))
    assert "It can no longer be undone: messages about it have gone out." in page
    assert ">Undo<" not in page


def test_where_messages_do_not_wait_there_is_nothing_to_undo(admin, needs):
    factories.set_policy(change_notice_minutes=0)
    page = close(admin, needs)
    assert "you can undo it" not in page
    assert "Done for 3 needs." in confirm(admin, page)
    assert not NeedEvent.objects.filter(batch__gt="").exists()


@pytest.mark.slow
def test_the_page_asks_the_database_as_often_for_three_needs_as_for_thirty(admin, needs):
    confirm(admin, close(admin, needs))
    with CaptureQueriesContext(connection) as few:
        admin.get(closed_page())
    confirm(admin, close(admin, [ask_by(MAIL) for _ in range(30)]))
    with CaptureQueriesContext(connection) as many:
        admin.get(closed_page())
    assert len(many) == len(few)


def test_only_coordinators_get_to_the_page(admin, needs, signed_in, sam):
    confirm(admin, close(admin, needs))
    browser = signed_in(sam)
    for answer in (browser.get(closed_page()), browser.post(closed_page())):
        assert answer.status_code == 302
    assert Need.objects.filter(state="closed").count() == 4


def closed_page() -> str:
    """The address of the page about the latest closing."""
    closing = NeedEvent.objects.filter(batch__gt="").latest("pk")
    return f"{LIST}undo/{closing.batch}/"


def press_undo(admin: Any) -> str:
    return text(admin.post(closed_page(), follow=True))


def test_a_need_that_came_in_meanwhile_is_not_closed_with_the_whole_list(admin, needs):
    page = close(admin, needs, select_across="1")
    late = ask_by(MAIL)
    confirm(admin, page)
    late.refresh_from_db()
    assert late.state == "open"


@pytest.mark.parametrize("ids", ["", "x", "1,x", "9" * 40])
def test_nonsense_instead_of_the_page_closes_nothing(admin, needs, ids):
    Need.objects.filter(pk=1).delete()
    close(admin, needs[1:3], confirmed="1")
    close(admin, needs[1:3], confirmed="1", chosen=ids)
    assert Need.objects.filter(state="closed").count() == 1


def test_one_need_is_closed_at_once(admin, needs):
    assert "Done for 1 need." in close(admin, needs[1:2])


def test_without_a_reason_nothing_is_asked(admin, needs):
    assert "To close a need, choose a reason." in close(admin, needs, close_reason="")
