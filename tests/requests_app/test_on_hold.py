"""What waits for a day, and what is kept together with its double, is never lost."""

from datetime import timedelta

import pytest
from django.utils import timezone

from requests_app import actions, tasks
from requests_app.access.links import make_link
from requests_app.lifecycle.actors import coordinator
from requests_app.models import Need
from requests_app.states import CloseReason
from tests.support import factories
from tests.support.clock import later

pytestmark = pytest.mark.django_db


@pytest.fixture
def me(carla):
    return coordinator(carla)


def in_days(days):
    return timezone.localdate() + timedelta(days=days)


def state(need):
    need.refresh_from_db()
    return need.state


def same_need_twice():
    """Two needs of one ask."""
    first = factories.need()
    return first, factories.need(of=first.ask)


def test_on_hold_opens_again_by_itself_on_its_day(me):
    need = factories.need()
    actions.hold_need(need, until=in_days(3), by=me)
    tasks.sweep()
    assert state(need) == "on_hold"
    later(days=3)
    tasks.sweep()
    assert (state(need), need.aside_until) == ("open", None)
    assert need.events.last().actor_kind == "site"
    assert need.ends_at > timezone.now() + timedelta(days=10)


@pytest.mark.parametrize("step", [actions.mark_unreachable, actions.refer_need])
def test_what_waits_for_a_coordinator_stays_until_they_decide(step, me, sam):
    need = factories.need()
    step(need, until=in_days(1), by=me)
    later(days=30)
    tasks.sweep()
    assert need.state == state(need) in ("no_answer", "referred")
    with pytest.raises(actions.StateChanged):
        actions.claim_need(need, by=sam, weekly_limit=2)
    actions.resume_need(need, by=me)
    assert state(need) == "open"


def test_nothing_is_put_aside_while_someone_is_at_work(me, sam):
    need = factories.need(helpers_wanted=2)
    actions.claim_need(need, by=sam, weekly_limit=2)
    for step in (actions.hold_need, actions.refer_need, actions.mark_unreachable):
        with pytest.raises(actions.StateChanged):
            step(need, until=in_days(1), by=me)


def test_a_double_shares_the_fate_of_the_other(me, sam, client):
    first, again = same_need_twice()
    token = make_link(again.ask)
    actions.merge_need(again, into=first, by=me)
    assert (state(again), again.merged_into) == ("merged", first)
    claim = actions.claim_need(first, by=sam, weekly_limit=2)
    page = client.get(f"/need/{token}/").content.decode()
    assert "We look after both together." in page
    assert "<bdi>Sam</bdi> said yes" in page
    actions.confirm_arrival(first)
    assert (state(again), again.close_reason) == ("closed", "duplicate")
    assert Need.objects.filter(close_reason="fulfilled").count() == 1
    assert claim.need == first


def test_who_takes_back_a_double_takes_back_both(me, client):
    first, again = same_need_twice()
    token = make_link(again.ask)
    actions.merge_need(again, into=first, by=me)
    client.post(f"/need/{token}/{again.public_id}/withdraw/")
    assert (state(first), first.close_reason) == ("closed", "withdrawn")
    assert state(again) == "closed"


def test_doubles_of_doubles_stay_one_step_from_the_need_itself(me):
    a, b = same_need_twice()
    c = factories.need(of=a.ask)
    actions.merge_need(a, into=b, by=me)
    actions.merge_need(b, into=c, by=me)
    a.refresh_from_db()
    assert a.merged_into == b.merged_into == c
    for wrong in (a, c):
        with pytest.raises(actions.StateChanged):
            actions.merge_need(c, into=wrong, by=me)


def test_two_that_were_not_the_same_part_again(me):
    first, again = same_need_twice()
    actions.merge_need(again, into=first, by=me)
    actions.unmerge_need(again, by=me)
    actions.close_need(first, by=me, reason=CloseReason.UNABLE)
    assert (state(again), again.merged_into) == ("open", None)


def test_nothing_is_merged_into_what_is_over(me):
    first, again = same_need_twice()
    actions.withdraw_need(first)
    with pytest.raises(actions.StateChanged):
        actions.merge_need(again, into=first, by=me)
    assert state(again) == "open"
