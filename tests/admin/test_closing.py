"""Closing many needs at once goes over a page that says which, and who would be told."""

import re
from typing import Any

import pytest

from mutualaid.notify.models import Notification
from requests_app.actions import claim_need, withdraw_need
from requests_app.models import Claim, Need
from tests.support.people import MAIL, ask_by

pytestmark = pytest.mark.django_db
NEEDS = "/admin/requests_app/need/"


@pytest.fixture
def needs(sam) -> list[Need]:
    """Three that can be reached, one of them with Sam on his way, and one that is closed already."""
    found = [ask_by(MAIL) for _ in range(4)]
    claim_need(found[0], by=sam, weekly_limit=2)
    withdraw_need(found[3])
    return found


def text(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def close(admin: Any, needs: list[Need], **typed: str) -> str:
    body = {"action": "close", "close_reason": "other_help", **typed}
    return text(admin.post(NEEDS, body | {"_selected_action": [n.pk for n in needs]}, follow=True))


def confirm(admin: Any, page: str) -> str:
    """Send the form of the second page as a browser would."""
    inputs = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page)
    body = {name: value for name, value in inputs if name != "csrfmiddlewaretoken"}
    return text(admin.post(NEEDS, body, follow=True))


def test_the_page_says_how_many_which_and_who_would_be_told_and_changes_nothing(admin, needs):
    before = Notification.objects.count()
    page = close(admin, needs)
    for said in (
        "3 needs are closed: help came from elsewhere.",
        "1 volunteer is on their way and is told not to go.",
        "4 messages are sent in all.",
        "1 of those you chose stays as it is",
    ):
        assert said in page
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


def test_a_need_that_came_in_meanwhile_is_not_closed_with_the_whole_list(admin, needs):
    page = close(admin, needs, select_across="1")
    late = ask_by(MAIL)
    confirm(admin, page)
    late.refresh_from_db()
    assert late.state == "open"


@pytest.mark.parametrize("ids", ["", "x", "1,x", "9" * 40])
def test_nonsense_instead_of_the_page_closes_nothing(admin, needs, ids):
    Need.objects.filter(pk=1).delete()
    close(admin, needs[1:3], confirmed=ids)
    assert Need.objects.filter(state="closed").count() == 1


def test_one_need_is_closed_at_once(admin, needs):
    assert "Done for 1 need." in close(admin, needs[1:2])


def test_without_a_reason_nothing_is_asked(admin, needs):
    assert "choose a reason as well" in close(admin, needs, close_reason="")
