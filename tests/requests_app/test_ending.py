from datetime import timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.formats import date_format

from mutualaid.notify.models import Notification
from mutualaid.notify.tasks import sweep
from requests_app import actions
from requests_app.access.links import make_link
from requests_app.lifecycle.actors import coordinator, volunteer
from requests_app.models import Need
from requests_app.states import CloseReason
from tests.support import factories
from tests.support.people import MAIL
from tests.support.subjects import unmarked


def claimed(by, **fields):
    need = factories.need(**fields)
    return need, actions.claim_need(need, by=by, weekly_limit=5)


def kinds():
    return list(Notification.objects.order_by("pk").values_list("kind", flat=True))


def test_help_arrives_and_the_need_is_closed_as_fulfilled(sam):
    need, claim = claimed(sam)
    actions.deliver_claim(claim, by=volunteer(sam))
    assert (need.state, claim.state) == ("delivered", "delivered")
    actions.confirm_arrival(need)
    claim.refresh_from_db()
    assert (need.state, need.close_reason, claim.state) == ("closed", "fulfilled", "confirmed")
    assert need.closed_at is not None
    assert claim.ended_at is not None


def test_the_neighbour_may_confirm_before_the_volunteer_says_done(sam):
    need, claim = claimed(sam)
    actions.confirm_arrival(need)
    claim.refresh_from_db()
    assert (need.state, claim.state) == ("closed", "confirmed")


def test_done_but_not_arrived_opens_the_need_again(sam):
    need, claim = claimed(sam)
    actions.deliver_claim(claim, by=volunteer(sam))
    actions.report_not_arrived(need)
    claim.refresh_from_db()
    assert (need.state, claim.state) == ("open", "released")


def test_delivered_is_not_counted_as_helped_until_the_neighbour_says_so(sam):
    need, claim = claimed(sam)
    actions.deliver_claim(claim, by=volunteer(sam))
    assert need.close_reason == ""


def test_a_need_that_is_taken_back_ends_the_claim_and_tells_the_volunteer(sam):
    need, claim = claimed(sam)
    actions.withdraw_need(need)
    claim.refresh_from_db()
    assert (need.state, need.close_reason, claim.state) == ("closed", "withdrawn", "cancelled")
    assert kinds() == ["claim_made", "claim_ended"]


def test_what_is_closed_stays_closed(sam):
    need, _ = claimed(sam)
    actions.withdraw_need(need)
    for step in (actions.withdraw_need, actions.confirm_arrival, actions.report_not_arrived):
        with pytest.raises(actions.StateChanged):
            step(need)


def test_a_coordinator_closes_with_a_reason(carla):
    need = factories.need()
    actions.close_need(need, by=coordinator(carla), reason=CloseReason.OTHER_HELP)
    assert (need.state, need.close_reason) == ("closed", "other_help")
    assert need.events.last().actor == carla


@pytest.mark.django_db
def test_the_database_refuses_an_end_without_a_reason():
    need = factories.need()
    with pytest.raises(IntegrityError), transaction.atomic():
        Need.objects.filter(pk=need.pk).update(state="closed")


def test_a_neighbour_with_an_address_is_told_at_each_step(sam):
    need, claim = claimed(sam, contact=MAIL)
    actions.deliver_claim(claim, by=volunteer(sam))
    actions.confirm_arrival(need)
    assert kinds() == [
        "need_received", "claim_made", "need_claimed", "need_delivered", "claim_done",
        "claim_confirmed",
    ]  # fmt: skip


def test_a_step_that_fails_leaves_no_message_behind(sam):
    need, claim = claimed(sam)
    actions.withdraw_need(need)
    before = kinds()
    with pytest.raises(actions.StateChanged):
        actions.release_claim(claim, by=volunteer(sam))
    assert kinds() == before


def test_who_is_told_that_it_is_closed_learns_what_they_can_do_and_when_it_is_erased(client, carla):
    factories.set_policy(erase_days=28)
    need = factories.need(contact=MAIL)
    link = make_link(need.ask)
    actions.close_need(need, by=coordinator(carla), reason=CloseReason.OTHER_HELP)
    day = date_format(timezone.localdate() + timedelta(days=28))
    sweep()
    message = next(m for m in mail.outbox if unmarked(m.subject) == "What you asked for is closed")
    page = client.get(f"/need/{link}/").content.decode()
    for text in (message.body, page):
        assert f"After {day} we erase your name and how to reach you." in text
    assert "you can give, too" in message.body
    assert '<a class="button" href="/offer/">' in page
