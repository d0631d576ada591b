"""No one is invited while they sleep: by their own clock, wherever the group is."""

from collections.abc import Iterator
from datetime import UTC, datetime, time

import pytest
import time_machine

from mutualaid.matching.models import NeedSearch
from mutualaid.matching.outreach.match_need import match_need
from mutualaid.notify.models import Notification
from mutualaid.people.models import User
from requests_app.models import Need
from tests.support import factories
from tests.support.clock import travel
from tests.support.people import MAIL, ask_by, wishes

pytestmark = pytest.mark.django_db
LOS_ANGELES_AT_EIGHT_PM = datetime(2026, 3, 3, 4, tzinfo=UTC)
"""It is five in the morning in Berlin."""
LOS_ANGELES_AT_TWO_AM = datetime(2026, 3, 2, 10, tzinfo=UTC)
"""It is eleven in the morning in Berlin."""
EVERYONE_ASLEEP = datetime(2026, 3, 3, 5, 30, tzinfo=UTC)
"""It is half past nine in the evening in Los Angeles, and half past six in the morning in Berlin."""
BERLIN_AT_EIGHT_AM = datetime(2026, 3, 3, 7, tzinfo=UTC)
LOS_ANGELES_AT_EIGHT_AM = datetime(2026, 3, 2, 16, tzinfo=UTC)
URGENT = 4


@pytest.fixture(autouse=True)
def group(settings) -> None:
    """It is in Los Angeles, where no one is invited from 21:00 to 08:00. Waves last two hours."""
    settings.TIME_ZONE = "America/Los_Angeles"
    factories.set_policy(quiet_from="21:00", quiet_until="08:00", wave_chances=[0.99] * 4)


@pytest.fixture
def here(sam: User) -> User:
    """Sam goes by the clock of the group, and has never looked at their preferences."""
    factories.offer(by=sam)
    return sam


@pytest.fixture
def abroad(vera: User) -> User:
    """Vera lives in Berlin."""
    wishes(vera, time_zone="Europe/Berlin")
    factories.offer(by=vera)
    return vera


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with travel(LOS_ANGELES_AT_EIGHT_PM) as moved:
        yield moved


def matched(need: Need) -> Need:
    """The next look for volunteers is now. The database has a clock of its own."""
    Need.objects.filter(pk=need.pk).update(match_due_at=datetime(2026, 1, 1, tzinfo=UTC))
    match_need(need.pk)
    need.refresh_from_db()
    return need


def invited(need: Need) -> set[str]:
    matches = need.matches.filter(state="notified")
    return set(matches.values_list("offer__volunteer__name", flat=True))


def test_in_the_evening_of_the_group_the_one_who_sleeps_abroad_is_not_invited(here, abroad, clock):
    clock.move_to(LOS_ANGELES_AT_EIGHT_PM)
    assert invited(matched(factories.need())) == {"Sam"}


def test_in_the_night_of_the_group_the_one_who_is_awake_abroad_is_invited(here, abroad, clock):
    clock.move_to(LOS_ANGELES_AT_TWO_AM)
    assert invited(matched(factories.need())) == {"Vera"}


def test_whom_the_first_wave_left_asleep_are_invited_once_they_wake(here, abroad, clock):
    clock.move_to(LOS_ANGELES_AT_TWO_AM)
    need = matched(factories.need())
    clock.move_to(LOS_ANGELES_AT_EIGHT_AM)
    assert invited(matched(need)) == {"Sam", "Vera"}


def test_a_wave_that_falls_short_is_filled_up_when_the_first_wakes(here, abroad, clock):
    clock.move_to(datetime(2026, 3, 3, 4, 59, tzinfo=UTC))  # the wave would last until 6:59
    factories.set_policy(wave_minutes=[600] * 4)
    assert matched(factories.need()).match_due_at == BERLIN_AT_EIGHT_AM


def test_a_wave_that_is_large_enough_lasts_its_time(here, abroad, clock):
    clock.move_to(LOS_ANGELES_AT_EIGHT_PM)
    factories.set_policy(wave_chances=[0.05] * 4)
    factories.offer()  # someone else who is awake
    need = matched(factories.need())
    assert len(invited(need)) == 1
    assert need.match_due_at == datetime(2026, 3, 3, 6, tzinfo=UTC)


def test_while_everyone_sleeps_the_next_look_is_when_the_first_wakes(here, abroad, clock):
    clock.move_to(EVERYONE_ASLEEP)
    need = matched(factories.need())
    assert invited(need) == set()
    assert need.match_due_at == BERLIN_AT_EIGHT_AM
    assert NeedSearch.objects.get().handed_over_at is None, "they are only asleep"
    clock.move_to(BERLIN_AT_EIGHT_AM)
    assert invited(matched(need)) == {"Vera"}


def test_what_is_needed_today_goes_to_those_who_allowed_it_at_night(here, abroad, clock):
    clock.move_to(EVERYONE_ASLEEP)
    wishes(abroad, urgent_at_night=True)
    assert invited(matched(factories.need(urgency=URGENT))) == {"Vera"}
    assert not Notification.objects.exclude(kind="need_fits").exists()


def test_what_is_needed_today_a_coordinator_has_while_everyone_sleeps(here, abroad, clock):
    clock.move_to(EVERYONE_ASLEEP)
    need = matched(factories.need(urgency=URGENT))
    assert invited(need) == set()
    assert need.match_due_at == BERLIN_AT_EIGHT_AM
    assert NeedSearch.objects.get().handed_over_at is not None
    clock.move_to(BERLIN_AT_EIGHT_AM)
    assert invited(matched(need)) == {"Vera"}
    assert NeedSearch.objects.get().handed_over_at is None


def test_their_own_quiet_hours_count_not_those_of_the_group(here, abroad, clock):
    clock.move_to(LOS_ANGELES_AT_TWO_AM)
    wishes(here, quiet_from=time(3), quiet_until=time(11))
    wishes(abroad, quiet_from=time(10), quiet_until=time(12))
    assert invited(matched(factories.need())) == {"Sam"}


def test_who_hears_in_a_digest_is_not_invited_in_their_sleep_either(here, abroad, clock):
    clock.move_to(LOS_ANGELES_AT_EIGHT_PM)
    wishes(abroad, pace="daily")
    assert invited(matched(factories.need())) == {"Sam"}


def test_no_one_waits_for_the_morning_of_someone_who_was_invited_enough(here, clock):
    factories.set_policy(invitations_per_day=1)
    clock.move_to(LOS_ANGELES_AT_EIGHT_PM)
    matched(factories.need())
    clock.move_to(EVERYONE_ASLEEP)
    need = matched(factories.need())
    assert need.match_due_at == datetime(2026, 3, 3, 7, 30, tzinfo=UTC)
    assert need.search.handed_over_at is not None, "a coordinator has it"


def test_in_the_night_of_the_group_no_neighbour_hears_that_all_were_invited(here, clock):
    clock.move_to(LOS_ANGELES_AT_EIGHT_PM)
    need = matched(ask_by(MAIL))
    clock.move_to(datetime(2026, 3, 3, 6, 30, tzinfo=UTC))  # the wave ran out at ten in the evening
    next_morning = datetime(2026, 3, 3, 16, tzinfo=UTC)
    assert matched(need).match_due_at == next_morning
    assert not Notification.objects.filter(kind="need_all_invited").exists()
    clock.move_to(next_morning)
    matched(need)
    assert Notification.objects.filter(kind="need_all_invited").exists()
