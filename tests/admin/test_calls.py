"""The call list on the desk: whom no message reaches, a coordinator rings and ticks off."""

import pytest

from mutualaid.notify.models import CallTask, Notification
from mutualaid.notify.tasks import sweep
from requests_app import actions
from requests_app.lifecycle.actors import volunteer
from requests_app.models import Need
from tests.support.people import PHONE_ONLY, asks

pytestmark = pytest.mark.django_db
LIST = "/admin/notify/calltask/"


@pytest.fixture
def call(sam) -> CallTask:
    """Ana has only a phone, and the one who wanted to come cannot."""
    claim = actions.claim_need(asks(PHONE_ONLY), by=sam, weekly_limit=2)
    actions.release_claim(claim, by=volunteer(sam))
    sweep()
    return CallTask.calls.to_make().get()


@pytest.fixture
def desk(carla, signed_in):
    return signed_in(carla)


def test_it_stands_on_the_front_page_of_the_desk(call, desk):
    page = " ".join(desk.get("/admin/").content.decode().split())
    assert f'<a href="{LIST}"><strong>1</strong> people to ring</a>' in page


def test_the_list_names_nobody_and_leads_to_what_to_say_and_whom_to_ring(call, desk):
    page = desk.get(LIST).content.decode()
    assert "we look again" in page
    assert "Ana" not in page
    page = desk.get(f"{LIST}{call.pk}/change/").content.decode()
    assert "We look for somebody else" in page
    assert f"/admin/requests_app/need/{Need.objects.get().pk}/contact/" in page
    assert "212" not in page


def test_told_is_ticked_off(call, desk):
    desk.post(LIST, {"action": "reached", "_selected_action": call.pk})
    row = Notification.objects.get(pk=call.pk)
    assert row.state == "sent"
    assert row.sent_at
    assert not CallTask.calls.to_make().exists()


def test_no_answer_goes_to_the_end_of_the_list(call, desk):
    before = call.due_at
    desk.post(LIST, {"action": "no_answer", "_selected_action": call.pk})
    call.refresh_from_db()
    assert (call.state, call.attempts) == ("to_call", 2)
    assert call.due_at > before


def test_what_need_not_be_said_any_more_says_so(call, desk):
    actions.withdraw_need(Need.objects.get())
    page = desk.get(f"{LIST}{call.pk}/change/").content.decode()
    assert "This need not be said any more." in page


def test_nothing_of_it_can_be_changed_by_a_form(call, desk):
    desk.post(f"{LIST}{call.pk}/change/", {"state": "sent", "channel": "email", "key": "x"})
    row = Notification.objects.get(pk=call.pk)
    assert (row.state, row.channel, row.key) == ("to_call", "call", call.key)


def test_nobody_else_ticks_anything_off(call, sam, signed_in):
    sams = signed_in(sam)
    assert sams.post(LIST, {"action": "reached", "_selected_action": call.pk}).status_code == 302
    assert CallTask.calls.to_make().exists()


@pytest.mark.parametrize("many", [1, 3])
def test_the_list_takes_as_many_queries_for_three_as_for_one(
    sam, desk, many, django_assert_num_queries
):
    for _ in range(many):
        claim = actions.claim_need(asks(PHONE_ONLY), by=sam, weekly_limit=9)
        actions.release_claim(claim, by=volunteer(sam))
    sweep()
    with django_assert_num_queries(8):
        assert desk.get(LIST).content.decode().count("we look again") >= many
