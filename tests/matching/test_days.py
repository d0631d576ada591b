"""A need is looked for up to its day, on the times of that day, and never after it."""

from datetime import date, timedelta

import pytest
from django.core import mail
from django.utils import timezone

from mutualaid.matching import actions as matching
from mutualaid.matching.backlog.run import run_backlog
from mutualaid.matching.models import Match, Proposal
from mutualaid.matching.outreach.manual import invite_one
from mutualaid.matching.tasks import sweep as match_all
from mutualaid.notify.links.one_tap import one_tap_url
from mutualaid.notify.models import Notification
from mutualaid.notify.tasks import sweep as deliver_all
from offers_app.models import Offer
from requests_app import actions
from requests_app.actions import NotForYou, StateChanged
from requests_app.models import Need
from tests.support import factories
from tests.support.people import wishes

pytestmark = pytest.mark.django_db
WEEKDAYS, WEEKENDS = 0b000111, 0b111000


def next_weekday(number: int) -> date:
    """The next day with this number (Monday is 0), tomorrow at the earliest."""
    today = timezone.localdate()
    return today + timedelta(days=(number - today.weekday() - 1) % 7 + 1)


MONDAY, SATURDAY = 0, 5


@pytest.fixture
def offers() -> dict[str, Offer]:
    return {
        "weekdays": factories.offer(week_parts=WEEKDAYS),
        "weekends": factories.offer(week_parts=WEEKENDS),
    }


@pytest.fixture
def occurrence() -> Need:
    """The first one of a need that comes back every Monday."""
    need = factories.need()
    until = timezone.localdate() + timedelta(weeks=3)
    assert actions.repeat_need(need, weekdays=["MO"], until=until)
    return Need.objects.get(pk=need.pk)


def day_is_over(need: Need) -> None:
    Need.objects.filter(pk=need.pk).update(
        needed_by=timezone.localdate() - timedelta(days=1),
        open_until=None,
        match_due_at=timezone.now() - timedelta(seconds=1),
    )


def fitting(need: Need) -> set[Offer]:
    return {match.offer for match in need.matches.all()}


def proposed(need: Need) -> Offer:
    run_backlog(cold=True)
    return Proposal.objects.get(need=need).offer


def test_an_occurrence_is_matched_on_the_times_of_its_own_day(occurrence, offers):
    match_all()
    assert occurrence.needed_by.weekday() == MONDAY
    assert fitting(occurrence) == {offers["weekdays"]}
    assert proposed(occurrence) == offers["weekdays"]


def test_moved_from_monday_to_saturday_it_is_matched_on_saturdays_times(occurrence, offers):
    match_all()
    actions.change_need(occurrence, {"needed_by": next_weekday(SATURDAY)})
    assert Need.objects.due_for_matching().filter(pk=occurrence.pk).exists()
    match_all()
    invited = occurrence.matches.filter(state="notified", offer=offers["weekends"])
    assert invited.exists()
    assert proposed(occurrence) == offers["weekends"]
    later = Need.objects.filter(series=occurrence.series).exclude(pk=occurrence.pk)
    assert all(fitting(need) == {offers["weekdays"]} for need in later)


@pytest.mark.parametrize("repeats", [True, False])
def test_for_a_day_that_is_over_no_one_is_looked_for(repeats, sam, carla):
    factories.offer(by=sam)
    match_all()
    need = factories.need(needed_by=next_weekday(MONDAY))
    if repeats:
        actions.repeat_need(need, weekdays=["MO"], until=timezone.localdate() + timedelta(weeks=1))
    match = need.matches.create(offer=sam.offer, score=90)
    day_is_over(need)
    match_all()
    match.refresh_from_db()
    assert match.state == "suggested"
    with pytest.raises(StateChanged):
        invite_one(match, by=carla)
    run_backlog(cold=True)
    assert not Proposal.objects.filter(need=need).exists()
    assert not Notification.objects.filter(kind="need_fits", about_id=match.pk).exists()


@pytest.mark.parametrize("pace", ["at_once", "weekly"])
def test_an_invitation_that_waited_until_the_day_was_over_is_not_sent(sam, pace):
    wishes(sam, pace=pace)
    factories.offer(by=sam)
    need = factories.need(needed_by=next_weekday(MONDAY))
    match_all()
    day_is_over(need)
    Notification.objects.update(due_at=timezone.now() - timedelta(seconds=1))
    deliver_all()
    assert not [letter for letter in mail.outbox if letter.to == [sam.email]]


def test_who_was_invited_cannot_say_yes_once_the_day_is_over(sam, signed_in, client):
    factories.offer(by=sam)
    need = factories.need(needed_by=next_weekday(MONDAY))
    match_all()
    match = Match.objects.get()
    day_is_over(need)
    page = f"/help/{match.public_id}/"
    browser = signed_in(sam)
    assert page not in browser.get("/help/").content.decode()
    assert "Yes, I will do it" not in browser.get(page).content.decode()
    assert (
        "Someone else said yes to this one"
        in client.post(one_tap_url("need_yes", match.pk, sam)).content.decode()
    )
    with pytest.raises(StateChanged):
        matching.think_about(match)
    with pytest.raises(NotForYou):
        matching.accept(Match.objects.select_related("need", "offer__volunteer").get())
