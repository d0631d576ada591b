"""A step that tells people about several needs shows first whom, and can be undone while they wait."""

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.utils import timezone

from mutualaid.notify.delivery import deliver_one
from mutualaid.notify.models import Notification
from mutualaid.people.models import Role, User
from requests_app import actions
from requests_app.admin.steps import STEPS
from requests_app.lifecycle.actors import Actor, coordinator
from requests_app.models import Claim, Need, NeedEvent
from requests_app.states import NeedState
from tests.support import factories
from tests.support.at_once import at_once
from tests.support.clock import wrong_by
from tests.support.closing import LIST, claimed, confirm, states, text, undo
from tests.support.people import MAIL, ask_by

NEXT_WEEK = timezone.localdate() + timedelta(days=7)
TOLD = {"publish": {"need_opened"}, "release": {"claim_ended", "need_reopened"}, "resume": set()}


def ready_for(name: str) -> list[Need]:
    """Three needs that can be reached, two of one ask; Sam is on his way to each for "release"."""
    factories.set_policy(needs_open_at_once=name != "publish")
    first = ask_by(MAIL)
    needs = [first, factories.need(of=first.ask), ask_by(MAIL)]
    if name == "publish":
        Need.objects.filter(pk=first.pk).update(held_back=Need.HeldBack.NETWORK)
    if name == "resume":
        actions.put_aside(needs, "refer", until=NEXT_WEEK, by=dora())
    if name == "release":
        sam = factories.person("Sam")
        for need in needs:
            claimed(sam, need)
    return needs


def dora() -> Actor:
    known = User.objects.filter(name="Dora").first()
    return coordinator(known or factories.person("Dora", Role.COORDINATOR))


def take(name: str, needs: list[Need]) -> str:
    """Take the step with these needs; returns the code by which it can be undone."""
    fresh = list(Need.objects.filter(pk__in=[need.pk for need in needs]).order_by("pk"))
    return STEPS[name].act(fresh, {}, dora()).undo.rstrip("/").rpartition("/")[2]


def waiting(name: str) -> list[Notification]:
    return list(Notification.objects.filter(kind__in=TOLD[name], state="waiting").order_by("pk"))


def row(need: Need) -> dict[str, Any]:
    """All that stands in a need and its claims but when it is looked at, and until when it is open."""
    values = dict(Need.objects.filter(pk=need.pk).values().get())
    claims = list(need.claims.order_by("pk").values())
    return {**values, "match_due_at": None, "open_until": None, "claims": claims}


@pytest.mark.django_db
@pytest.mark.parametrize("name", TOLD)
def test_the_page_before_says_whom_it_tells_and_changes_nothing(admin, name):
    needs = ready_for(name)
    before = [row(need) for need in needs], Notification.objects.count()
    chosen = {"action": name, "_selected_action": [need.pk for need in needs]}
    page = text(admin.post(LIST, chosen))
    volunteers = 1 if name == "release" else 0
    messages = {"publish": 2, "release": 4, "resume": 0}[name]
    for sentence in (
        "It is done for 3 needs.",
        f"{volunteers} volunteer{' is' if volunteers else 's are'} on their way",
        f"{messages} message{' is' if messages == 1 else 's are'} sent in all.",
        "Messages wait 10 minutes. Until then you can undo it. After that we look for volunteers.",
        *(need.code for need in needs),
    ):
        assert sentence in page
    assert ([row(need) for need in needs], Notification.objects.count()) == before
    done = confirm(admin, page)
    assert "Done for 3 needs." in done
    assert "You can undo it until" in done
    assert len(waiting(name)) == messages


@pytest.mark.django_db
@pytest.mark.parametrize("name", TOLD)
def test_no_one_hears_of_it_for_ten_minutes_and_then_all_do(name):
    take(name, ready_for(name))
    assert not any(deliver_one(message.pk) for message in waiting(name))
    assert not Need.objects.due_for_matching().exists()
    earlier = timezone.now() - timedelta(minutes=11)
    NeedEvent.objects.update(at=earlier)
    Notification.objects.filter(state="waiting").update(due_at=earlier)
    assert all(deliver_one(message.pk) for message in waiting(name))
    assert Need.objects.due_for_matching().count() == 3


@pytest.mark.django_db
@pytest.mark.parametrize("name", TOLD)
def test_undone_each_need_is_what_it_was_and_no_one_hears(name):
    needs = ready_for(name)
    was = [row(need) for need in needs]
    code = take(name, needs)
    assert states(*needs) == ["open"] * 3
    counts = {"undone": 3} | ({"reinstated": 3} if name == "release" else {})
    assert undo(code, dora()) == counts
    assert [row(need) for need in needs] == was
    assert waiting(name) == []
    assert undo(code, dora()) == {"touched": 3}


@pytest.mark.django_db
@pytest.mark.parametrize("name", TOLD)
def test_after_the_minutes_nothing_is_undone(name):
    code = take(name, ready_for(name))
    NeedEvent.objects.update(at=timezone.now() - timedelta(minutes=11))
    assert undo(code, dora()) == {"too_late": 3}
    assert set(Need.objects.values_list("state", flat=True)) == {"open"}


@pytest.mark.django_db
@pytest.mark.parametrize("hours", [1, -1])
@pytest.mark.parametrize("name", TOLD)
def test_the_minutes_are_those_of_the_databases_clock(name, hours):
    needs = ready_for(name)
    with wrong_by(timedelta(hours=hours)):
        code = take(name, needs)
    assert not Need.objects.due_for_matching().exists()
    taken = actions.step_taken(code)
    assert taken
    assert timedelta(minutes=9) < taken.undo_until - timezone.now() <= timedelta(minutes=10)
    assert undo(code, dora())["undone"] == 3


@pytest.mark.django_db
def test_who_said_yes_to_a_published_need_meanwhile_keeps_it(sam):
    needs = ready_for("publish")
    code = take("publish", needs)
    claim = claimed(sam, Need.objects.get(pk=needs[1].pk))
    assert undo(code, dora()) == {"undone": 2, "touched": 1}
    assert states(*needs) == ["triage", "claimed", "triage"]
    assert Claim.objects.on_the_way().get() == claim


@pytest.mark.django_db
def test_what_was_closed_meanwhile_stays_closed():
    needs = ready_for("release")
    code = take("release", needs)
    actions.withdraw_need(Need.objects.get(pk=needs[0].pk))
    assert undo(code, dora()) == {"undone": 2, "reinstated": 2, "touched": 1}
    assert states(*needs) == ["closed", "claimed", "claimed"]
    told = {message.kind: message.about_id for message in waiting("release")}
    assert told == dict.fromkeys(TOLD["release"], Claim.objects.get(need=needs[0]).pk)


@pytest.mark.django_db
def test_who_was_released_and_may_not_come_any_more_stays_released_and_hears_it():
    needs = ready_for("release")
    code = take("release", needs)
    User.objects.filter(name="Sam").update(is_active=False)
    assert undo(code, dora()) == {"touched": 3}
    assert states(*needs) == ["open"] * 3
    assert len(waiting("release")) == 4


@pytest.mark.django_db
def test_of_several_helpers_those_who_were_released_before_stay_so(sam, vera):
    need, other = ask_by(MAIL, helpers_wanted=2), ask_by(MAIL)
    actions.release_claim(claimed(vera, need), by=dora())
    claimed(sam, need)
    claimed(sam, other)
    code = take("release", [need, other])
    assert undo(code, dora()) == {"undone": 2, "reinstated": 2}
    assert list(need.claims.order_by("pk").values_list("state", flat=True)) == [
        "released",
        "claimed",
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("name", TOLD)
def test_with_one_need_and_where_messages_do_not_wait_it_is_done_at_once(admin, name):
    first, *others = ready_for(name)
    body = {"action": name, "_selected_action": [first.pk]}
    assert "Done for 1 need." in text(admin.post(LIST, body, follow=True))
    factories.set_policy(change_notice_minutes=0)
    body["_selected_action"] = [need.pk for need in others]
    page = text(admin.post(LIST, body))
    assert "We look for volunteers at once." in page
    assert "Done for 2 needs." in confirm(admin, page)
    assert not NeedEvent.objects.filter(batch__gt="").exists()
    assert Need.objects.due_for_matching().count() == 3


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", TOLD)
def test_of_two_who_undo_at_once_each_need_is_brought_back_by_one(name):
    needs = ready_for(name)
    code = take(name, needs)
    undone = at_once([partial(actions.undo_step, code, by=dora())] * 2)
    assert sum(one.undone for one in undone) == 3
    assert NeedState.OPEN not in states(*needs)
