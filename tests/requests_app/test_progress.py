"""In touch, a day agreed, done: each is one tap, and the neighbour sees it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from requests_app import actions
from requests_app.access.links import make_link
from requests_app.lifecycle.actors import volunteer
from requests_app.models import Claim
from tests.support import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def claim(sam) -> Claim:
    return actions.claim_need(factories.need(), by=sam, weekly_limit=2)


def text(answer):
    return answer.content.decode()


def test_every_step_is_one_tap_and_stands_in_the_history(claim, sam, signed_in, client):
    sams, where = signed_in(sam), f"/claims/{claim.public_id}/"
    token = make_link(claim.need.ask)
    day = timezone.localdate() + timedelta(days=2)
    assert "Thanks for telling us." in text(sams.post(where + "in-touch/", follow=True))
    assert "Saved." in text(sams.post(where + "day/", {"day": day.isoformat()}, follow=True))
    claim.refresh_from_db()
    assert (claim.state, claim.scheduled_for) == ("scheduled", day)
    page = text(client.get(f"/need/{token}/"))
    assert "is coming on" in page
    assert "That person got in touch." in page
    sams.post(where + "done/")
    actions.confirm_arrival(claim.need)
    assert [e.action for e in claim.need.events.all()] == [
        "post", "claim", "contact", "schedule", "deliver", "confirm"
    ]  # fmt: skip


def test_a_day_can_be_agreed_anew(claim, sam):
    for days in (2, 5):
        day = timezone.localdate() + timedelta(days=days)
        actions.agree_on_day(claim, day=day, by=volunteer(sam))
    assert claim.scheduled_for == day


@pytest.mark.parametrize("typed", ["", "2020-01-01", "soon", "\0", "9" * 500])
def test_a_day_that_is_none_is_told_and_changes_nothing(claim, sam, signed_in, typed):
    answer = signed_in(sam).post(f"/claims/{claim.public_id}/day/", {"day": typed})
    assert answer.status_code == 200
    assert 'id="id_day_error"' in text(answer)
    claim.refresh_from_db()
    assert claim.state == "claimed"


@pytest.mark.parametrize("step", ["report_in_touch", "agree_on_day"])
def test_what_was_let_go_takes_no_more_steps(claim, sam, step):
    actions.release_claim(claim, by=volunteer(sam))
    more = {"day": timezone.localdate()} if step == "agree_on_day" else {}
    with pytest.raises(actions.StateChanged):
        getattr(actions, step)(claim, by=volunteer(sam), **more)
    assert claim.need.events.last().action == "release"


def test_a_scheduled_claim_can_still_be_let_go_and_holds_its_place_in_the_week(claim, sam):
    actions.agree_on_day(claim, day=timezone.localdate(), by=volunteer(sam))
    with pytest.raises(actions.WeekIsFull):
        actions.claim_need(factories.need(), by=sam, weekly_limit=1)
    actions.release_claim(claim, by=volunteer(sam))
    again = actions.claim_need(factories.need(), by=sam, weekly_limit=1)
    assert again.week_slot == claim.week_slot
