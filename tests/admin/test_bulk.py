"""Many needs at once: what a step costs, and that it does what it does to each by itself."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from mutualaid.encryption.fingerprints import fingerprints, veil
from mutualaid.notify.models import Notification, Suppression
from mutualaid.people.models import BlockedContactPoint, Role
from requests_app import actions
from requests_app.actions import (
    claim_need,
    close_need,
    close_needs,
    publish_need,
    publish_needs,
    undo_step,
)
from requests_app.admin.steps import STEPS
from requests_app.lifecycle.actors import coordinator
from requests_app.models import Ask, Claim, Need, NeedEvent
from requests_app.signals import need_opened
from requests_app.states import NEED_TRANSITIONS, CloseReason
from tests.support import factories
from tests.support.closing import text
from tests.support.triage import waiting

pytestmark = pytest.mark.django_db
MANY = pytest.param(500, marks=pytest.mark.slow)
NEEDS = "/admin/requests_app/need/"
MOST_QUERIES = 30


@pytest.mark.one_database
@pytest.mark.parametrize("count", [1, 3, MANY])
def test_publishing_many_costs_hardly_more_than_one(carla, count, django_assert_max_num_queries):
    needs = waiting(count)
    with django_assert_max_num_queries(MOST_QUERIES):
        published = publish_needs(needs, by=coordinator(carla))
    assert len(published) == count
    assert set(Need.objects.values_list("state", flat=True)) == {"open"}
    assert not Need.objects.filter(match_due_at=None).exists()
    assert NeedEvent.objects.filter(action="publish", state="open", actor=carla).count() == count
    assert Notification.objects.filter(kind="need_opened").count() == count
    assert not Ask.objects.filter(read_at=None).exists()


def put_aside(needs: list[Need]) -> None:
    """Half by each of the two steps after which a need is taken up again."""
    day, half = timezone.localdate() + timedelta(days=3), len(needs) // 2
    for state, some in (("on_hold", needs[half:]), ("no_answer", needs[:half])):
        rows = Need.objects.filter(pk__in=[need.pk for need in some])
        rows.update(state=state, aside_until=day)


DAY = {"until": date(2099, 1, 1)}
TYPED: dict[str, dict[str, Any]] = {
    "publish": {}, "resume": {}, "no_answer": DAY, "hold": DAY, "refer": DAY,
    "close": {"close_reason": "other_help"},
}  # fmt: skip


@pytest.mark.one_database
@pytest.mark.parametrize("count", [1, 3, MANY])
@pytest.mark.parametrize("name", TYPED)
def test_no_step_asks_much_more_for_many_needs_than_for_one(
    carla, name, count, django_assert_max_num_queries
):
    needs = waiting(count)
    if name == "resume":
        put_aside(needs)
    with django_assert_max_num_queries(MOST_QUERIES):
        outcome = STEPS[name].act(needs, TYPED[name], coordinator(carla))
    assert outcome.done == needs
    after = {need.pk: NEED_TRANSITIONS[name].target for need in needs}
    assert dict(Need.objects.values_list("pk", "state")) == after
    assert NeedEvent.objects.filter(action=name, actor=carla).count() == count


@pytest.mark.one_database
@pytest.mark.parametrize("count", [3, MANY])
def test_closing_many_with_volunteers_on_the_way_costs_hardly_more_than_few(
    carla, count, django_assert_max_num_queries
):
    """Each of an ask of its own, published by Dora, with a volunteer on the way."""
    needs = waiting(count)
    publish_needs(needs, by=coordinator(factories.person("Dora", Role.COORDINATOR)))
    volunteers = [factories.person(f"Helper {n}") for n in range(5)]
    Claim.objects.bulk_create(
        Claim(need=need, volunteer=volunteers[n % 5], week_slot=n // 5 + 1)
        for n, need in enumerate(needs)
    )
    pieces = count // 15 if connection.vendor == "sqlite" else 0  # it takes 999 values at a time
    with django_assert_max_num_queries(MOST_QUERIES + pieces):
        closed = close_needs(needs, by=coordinator(carla), reason=CloseReason.OTHER_HELP).closed
    assert closed == needs
    assert set(Claim.objects.values_list("state", flat=True)) == {"cancelled"}
    for kind in ("need_closed", "claim_ended", "coordinator_need_closed"):
        assert Notification.objects.filter(kind=kind, due_at__gt=timezone.now()).count() == count


@pytest.mark.parametrize("count", [1, 3, 500])
def test_reopening_many_costs_hardly_more_than_reopening_one(
    carla, count, django_assert_max_num_queries
):
    needs = waiting(count)
    publish_needs(needs[1:], by=coordinator(carla))
    code = close_needs(needs, by=coordinator(carla), reason=CloseReason.OTHER_HELP).code
    pieces = count // 100 if connection.vendor == "sqlite" else 0  # it takes 999 values at a time
    with django_assert_max_num_queries(MOST_QUERIES + pieces):
        assert undo_step(code, by=coordinator(carla)) == (count, 0, 0, 0, 0)
    after = dict(Need.objects.values_list("pk", "state"))
    assert after == {n.pk: "open" if n in needs[1:] else "triage" for n in needs}
    assert not Need.objects.filter(state="open", match_due_at=None).exists()
    closed = Notification.objects.filter(kind="need_closed")
    assert set(closed.values_list("state", flat=True)) == {"cancelled"}


def on_the_way(needs: list[Need]) -> None:
    """Open, with two helpers wanted and one on the way to each; five volunteers share them."""
    volunteers = [factories.person(f"Helper {needs[0].pk} {n}") for n in range(5)]
    rows = Need.objects.filter(pk__in=[need.pk for need in needs])
    rows.update(state="open", helpers_wanted=2)
    Claim.objects.bulk_create(
        Claim(need=need, volunteer=volunteers[n % 5], week_slot=n // 5 + 1)
        for n, need in enumerate(needs)
    )


@pytest.mark.one_database
@pytest.mark.parametrize("count", [1, 3, MANY])
def test_releasing_from_many_costs_hardly_more_than_from_one(
    carla, count, django_assert_max_num_queries
):
    needs = waiting(count)
    on_the_way(needs)
    pieces = count // 30 if connection.vendor == "sqlite" else 0  # it takes 999 values at a time
    with django_assert_max_num_queries(MOST_QUERIES + pieces):
        outcome = STEPS["release"].act(needs, {}, coordinator(carla))
    assert outcome.done == needs
    assert set(Need.objects.values_list("state", flat=True)) == {"open"}
    assert set(Claim.objects.values_list("state", flat=True)) == {"released"}
    assert not Claim.objects.filter(ended_at=None).exists()
    for kind in ("claim_ended", "need_reopened"):
        assert Notification.objects.filter(kind=kind).count() == count


def test_releasing_many_does_what_releasing_each_does(carla):
    together, apart = waiting(8)[:4], list(Need.objects.order_by("pk"))[4:]
    for half in (together, apart):
        on_the_way(half[:3])
        factories.set_contact(half[1].ask, email="", channels="sms", phone="+1 608 555 0142")
        Need.objects.filter(pk=half[0].pk).update(state="claimed", helpers_wanted=1)
        Need.objects.filter(pk=half[2].pk).update(urgency=4)
        done = {"state": "delivered", "delivered_at": timezone.now()}
        Claim.objects.filter(need=half[1]).update(**done)
    me = coordinator(carla)
    heard = []
    need_opened.connect(heard_by := lambda need, **_: heard.append(need.pk))
    fresh = list(Need.objects.filter(pk__in=[need.pk for need in together]).order_by("pk"))
    released = actions.release_needs(fresh, by=me)
    need_opened.disconnect(heard_by)
    for claim in Claim.objects.on_the_way().filter(need__in=apart).order_by("pk"):
        actions.release_claim(claim, by=me)
    assert released == [together[0], together[2]], "the others have nobody on the way"
    assert heard == [need.pk for need in released]
    assert rows_about(together) == rows_about(apart)
    assert claims_of(together) == claims_of(apart)


def claims_of(needs: list[Need]) -> list[Any]:
    """What became of the claims, and what their volunteers and neighbours were told."""
    found = []
    for claim in Claim.objects.filter(need__in=needs).order_by("pk"):
        told = Notification.objects.filter(kind__in=("claim_ended", "need_reopened"))
        about = told.filter(about_id=claim.pk).values_list("kind", "urgent")
        found.append((claim.state, claim.ended_at is not None, sorted(about)))
    return found


@pytest.mark.parametrize(
    ("step", "one_by_one"),
    [
        ("hold", actions.hold_need),
        ("no_answer", actions.mark_unreachable),
        ("refer", actions.refer_need),
    ],
)
def test_what_is_put_aside_together_is_as_if_it_were_done_one_by_one(carla, step, one_by_one):
    together, apart = waiting(4)[:2], list(Need.objects.order_by("pk"))[2:]
    day, me = timezone.localdate() + timedelta(days=9), coordinator(carla)
    for half in (together, apart):
        Need.objects.filter(pk=half[0].pk).update(held_back="site", warned_at=timezone.now())
        Need.objects.filter(pk=half[1].pk).update(needed_by=day, open_until=None)
    assert actions.put_aside(together, step, until=day, by=me) == together
    for need in apart:
        one_by_one(need, until=day, by=me)
    assert rows_about(together) == rows_about(apart)
    assert actions.resume_needs(together, by=me) == together
    for need in apart:
        actions.resume_need(need, by=me)
    assert rows_about(together) == rows_about(apart)


def test_each_need_that_a_step_left_is_named_with_the_reason(admin, sam):
    closed, claimed, free = waiting(3)
    dora = coordinator(factories.person("Dora", Role.COORDINATOR))
    close_need(closed, by=dora, reason=CloseReason.UNABLE)
    publish_needs([claimed], by=dora)
    Need.objects.filter(pk=claimed.pk).update(helpers_wanted=2)
    claim_need(claimed, by=sam, weekly_limit=2)
    chosen = [closed.pk, claimed.pk, free.pk]
    body = {"action": "hold", "_selected_action": chosen, "until": "2099-01-01"}
    page = text(admin.post(NEEDS, body, follow=True))
    assert "Done for 1 need." in page
    assert "Left as they are: 2 needs." in page
    assert f"{closed.code}</a> (closed)" in page
    assert f"{claimed.code}</a> (someone has said yes)" in page
    free.refresh_from_db()
    assert free.state == "on_hold"


def test_publishing_many_does_what_publishing_each_does(carla):
    """Beside each other: by the same rows, one at a time and together."""
    together, apart = waiting(8)[:4], list(Need.objects.order_by("pk"))[4:]
    for half in (together, apart):
        factories.set_contact(half[1].ask, email="", channels="sms", phone="+1 608 555 0142")
        Need.objects.filter(pk=half[2].pk).update(urgency=4, held_back="site")
        day = timezone.localdate() - timedelta(days=2)
        Need.objects.filter(pk=half[3].pk).update(needed_by=day, open_until=None)
    publish_needs(list(Need.objects.filter(pk__in=[n.pk for n in together])), by=coordinator(carla))
    for need in Need.objects.filter(pk__in=[n.pk for n in apart]):
        publish_need(need, by=coordinator(carla))
    assert rows_about(together) == rows_about(apart)


def rows_about(needs: list[Need]) -> list[Any]:
    found = []
    for need in Need.objects.filter(pk__in=[n.pk for n in needs]).order_by("pk"):
        messages = Notification.objects.filter(kind="need_opened", about_id=need.pk)
        events = need.events.values_list("action", "state", "actor_kind", "actor", "reason")
        found.append(
            (
                need.state,
                need.held_back,
                need.aside_until,
                need.warned_at is not None,
                need.needed_by,
                need.match_due_at is not None,
                sorted(messages.values_list("urgent", "state", "recipient")),
                list(events),
            )
        )
    return found


def test_each_that_was_opened_is_announced_and_no_other(carla):
    needs = waiting(3)
    close_need(needs[1], by=coordinator(carla), reason=CloseReason.OTHER_HELP)
    heard = []
    need_opened.connect(heard_by := lambda need, **_: heard.append(need.pk))
    published = publish_needs(list(Need.objects.order_by("pk")), by=coordinator(carla))
    need_opened.disconnect(heard_by)
    assert heard == [need.pk for need in published] == [needs[0].pk, needs[2].pk]


def test_nobody_is_written_to_where_a_coordinator_blocked_or_the_owner_said_stop(carla):
    needs = waiting(3)
    blocked, stopped = (fingerprints(f"{n}@people.example").pop() for n in (0, 1))
    BlockedContactPoint.objects.create(fingerprint=blocked, reason="adverts")
    Suppression.add("email", veil(stopped), "stop")
    publish_needs(needs, by=coordinator(carla))
    told = Notification.objects.filter(kind="need_opened").values_list("about_id", flat=True)
    assert list(told) == [needs[2].pk]


def test_details_that_no_key_opens_hold_up_no_one(carla):
    needs = waiting(2)
    lost = "UPDATE requests_app_askcontact SET email = 'lost:2:AAAA' WHERE ask_id = %s"
    with connection.cursor() as cursor:
        cursor.execute(lost, [needs[0].ask_id])
    assert len(publish_needs(needs, by=coordinator(carla))) == 2
    assert Notification.objects.filter(kind="need_opened").count() == 2
