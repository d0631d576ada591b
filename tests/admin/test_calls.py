"""The call list: whom no message reaches, a coordinator rings and ticks off. No one is rung twice."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib import admin as contrib
from django.db.models import F

from mutualaid.notify.follow_up import handling
from mutualaid.notify.models import CallTask, Notification
from mutualaid.notify.tasks import sweep
from mutualaid.people.models import Role
from mutualaid.transitions import StateChanged
from requests_app import actions
from requests_app.lifecycle.actors import volunteer
from requests_app.models import Need
from tests.support import factories
from tests.support.people import PHONE, PHONE_ONLY, ask_by

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
LIST = "/admin/notify/calltask/"


@pytest.fixture
def call(sam) -> CallTask:
    """Ana has only a phone, and the one who wanted to come cannot."""
    claim = actions.claim_need(ask_by(PHONE_ONLY), by=sam, weekly_limit=2)
    actions.release_claim(claim, by=volunteer(sam))
    sweep()
    return CallTask.calls.to_make().get()


def take(admin: Any, call: CallTask) -> str:
    typed = {"action": "take", "_selected_action": call.pk}
    return str(admin.post(LIST, typed, follow=True).content.decode())


def page_of(admin: Any, call: CallTask) -> str:
    return str(admin.get(f"{LIST}{call.pk}/change/").content.decode())


def test_it_stands_on_the_front_page_of_the_admin(call, admin):
    page = " ".join(admin.get("/admin/").content.decode().split())
    assert f'<a href="{LIST}"><strong>1</strong> person to ring</a>' in page


def test_the_list_names_no_one_and_opened_it_leads_to_what_to_say_and_whom_to_ring(call, admin):
    page = admin.get(LIST).content.decode()
    assert "looking again" in page
    assert "Ana" not in page
    whom = f"/admin/requests_app/ask/{Need.objects.get().ask_id}/contact/"
    page = page_of(admin, call)
    assert "looking for someone else" in page
    assert whom not in page
    page = take(admin, call)
    assert whom in page
    assert PHONE not in page


def test_looking_at_it_takes_nothing(call, admin):
    page_of(admin, call)
    call.refresh_from_db()
    assert call.taken_by is None


def test_who_opens_it_has_it_for_a_quarter_of_an_hour_and_others_see_by_whom(call, admin, doras):
    take(admin, call)
    assert "Carla" in doras.get(LIST).content.decode()
    page = page_of(doras, call)
    assert "Carla is ringing them just now" in page
    assert 'value="reached"' not in page
    assert "Whom to ring" not in page
    assert "Carla is ringing them just now." in take(doras, call)


@pytest.mark.parametrize("action", ["reached", "no_answer"])
def test_no_one_else_settles_it_meanwhile(call, admin, doras, action):
    take(admin, call)
    answer = doras.post(LIST, {"action": action, "_selected_action": call.pk}, follow=True)
    assert "1 call is left as it is: someone else is ringing." in answer.content.decode()
    assert CallTask.calls.to_make().get().attempts.get().tries == 1


def test_after_a_quarter_of_an_hour_it_is_free_again(call, admin, doras):
    take(admin, call)
    past = F("lease_until") - timedelta(minutes=15, seconds=1)
    Notification.objects.filter(pk=call.pk).update(lease_until=past)
    assert 'value="take"' in page_of(doras, call)
    take(doras, call)
    call.refresh_from_db()
    assert str(call.rings) == "Dora"


def test_of_two_who_take_it_one_gets_it(call, carla):
    dora = factories.person("Dora", Role.COORDINATOR)
    handling.take_call(call, by=carla)
    handling.take_call(call, by=carla)
    with pytest.raises(StateChanged):
        handling.take_call(call, by=dora)


def test_told_is_ticked_off(call, admin):
    take(admin, call)
    admin.post(LIST, {"action": "reached", "_selected_action": call.pk})
    row = Notification.objects.get(pk=call.pk)
    assert row.state == "sent"
    assert row.sent_at
    assert row.taken_by is None
    assert not CallTask.calls.to_make().exists()


def test_no_answer_goes_to_the_end_of_the_list(call, admin):
    before = call.due_at
    admin.post(LIST, {"action": "no_answer", "_selected_action": call.pk})
    call.refresh_from_db()
    assert (call.state, call.attempts.get().tries) == ("to_call", 2)
    assert call.due_at > before


def test_first_come_those_who_wait_longest_and_last_who_is_rung_again_later(call, admin, sam):
    claim = actions.claim_need(ask_by(PHONE_ONLY, urgency=4), by=sam, weekly_limit=9)
    actions.release_claim(claim, by=volunteer(sam))
    later = actions.claim_need(ask_by(PHONE_ONLY), by=sam, weekly_limit=9)
    actions.release_claim(later, by=volunteer(sam))
    sweep()
    of_today = CallTask.calls.to_make().get(urgent=True)
    of_later = CallTask.calls.to_make().latest("pk")

    def listed() -> list[int]:
        page = admin.get(LIST).context["cl"].result_list
        return [row.pk for row in page]

    assert listed() == [of_today.pk, call.pk, of_later.pk]
    admin.post(LIST, {"action": "no_answer", "_selected_action": of_today.pk})
    assert listed() == [call.pk, of_later.pk, of_today.pk]


def test_what_need_not_be_said_any_more_says_so(call, admin):
    actions.withdraw_need(Need.objects.get())
    assert "This need not be said any more." in page_of(admin, call)


def test_nothing_of_it_can_be_changed_by_a_form(call, admin):
    typed = {"state": "sent", "key": "x"}
    assert admin.post(f"{LIST}{call.pk}/change/", typed).status_code == 403
    row = Notification.objects.get(pk=call.pk)
    assert (row.state, row.key) == ("to_call", call.key)


def test_no_one_else_ticks_anything_off(call, sam, signed_in):
    sams = signed_in(sam)
    assert sams.post(LIST, {"action": "reached", "_selected_action": call.pk}).status_code == 302
    assert CallTask.calls.to_make().exists()


@pytest.mark.parametrize("many", [1, 3])
def test_the_list_takes_as_many_queries_for_three_as_for_one(
    sam, admin, many, django_assert_num_queries
):
    for _ in range(many):
        claim = actions.claim_need(ask_by(PHONE_ONLY), by=sam, weekly_limit=9)
        actions.release_claim(claim, by=volunteer(sam))
    sweep()
    with django_assert_num_queries(6):
        assert admin.get(LIST).content.decode().count("looking again") >= many


LISTS = [
    f"/admin/{model._meta.app_label}/{model._meta.model_name}/" for model in contrib.site._registry
]


@pytest.mark.parametrize("path", sorted(LISTS))
def test_a_list_says_how_many_rows_it_has_and_not_0_call_list(path, admin):
    """Several models are called by no noun one can count: "call list", "who did what"."""
    answer = admin.get(path, follow=True)
    if b'id="changelist"' in answer.content:
        foot = " ".join(
            answer.content.decode().split('class="paginator"')[1].split("</nav>")[0].split()
        )
        assert re.search(r"\b[1-9]\d* rows?\b|Nothing here", foot), foot
