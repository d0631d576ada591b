"""Two people note hours: what counts, what becomes a gift, and what is refused."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from mutualaid.hours import actions
from mutualaid.hours.lists import for_coordinator
from mutualaid.hours.models import HourNote
from mutualaid.hours.sweep import sweep_hours
from mutualaid.notify.models import Notification
from mutualaid.people.actions import block_contact_points, deactivate_person
from mutualaid.people.models import Role
from mutualaid.transitions import StateChanged
from requests_app.access.veiling import veil_household
from requests_app.actions import erase_ask, exclude
from requests_app.lifecycle.actors import SITE, coordinator
from requests_app.models import Claim
from tests.support import factories, hours
from tests.support.hours import agreed, balance, help_of, proposed

pytestmark = pytest.mark.django_db
DAY = 24 * 60


@pytest.fixture(autouse=True)
def _noted() -> None:
    hours.on()


def told(kind: str) -> list[int]:
    return sorted(Notification.objects.filter(kind=kind).values_list("recipient", flat=True))


def test_an_hour_counts_for_both_once_the_other_agrees(sam, vera):
    note = proposed(sam, vera, 90)
    assert (balance(sam), balance(vera)) == (0, 0)
    assert told("hours_asked") == [vera.pk]
    note = actions.agree(note, by=vera)
    assert (note.state, note.is_gift, note.agreed_by) == ("agreed", False, vera)
    assert (balance(sam), balance(vera), balance(None)) == (90, -90, 0)


def test_whoever_received_may_note_it_too_and_the_giver_is_asked(sam, vera):
    note = proposed(sam, vera, by=vera)
    assert told("hours_asked") == [sam.pk]
    with pytest.raises(actions.NotForYou):
        actions.agree(note, by=vera)
    actions.agree(note, by=sam)
    assert balance(sam) == 60


def test_no_one_else_answers_not_even_a_coordinator(sam, vera, carla, mallory):
    note = proposed(sam, vera)
    for other in (sam, carla, mallory, factories.person(is_superuser=True)):
        for answer in (actions.agree, actions.decline):
            with pytest.raises(actions.NotForYou):
                answer(note, by=other)
    for other in (vera, carla, mallory):
        with pytest.raises(actions.NotForYou):
            actions.take_back(note, by=other)


@pytest.mark.parametrize("answer", ["decline", "take_back", "lapse"])
def test_what_no_one_agrees_to_moves_nothing_and_is_over(sam, vera, answer):
    note = proposed(sam, vera)
    if answer == "lapse":
        hours.days_go_by(note, 14)
        assert list(sweep_hours()) == [True]
        assert list(sweep_hours()) == []
    else:
        getattr(actions, answer)(note, by=vera if answer == "decline" else sam)
    note.refresh_from_db()
    assert note.ended_at is not None
    for again, by in ((actions.agree, vera), (actions.decline, vera), (actions.take_back, sam)):
        with pytest.raises(StateChanged):
            again(note, by=by)
    assert balance(sam) == balance(vera) == 0


def test_after_14_days_no_one_agrees_though_no_sweep_came(sam, vera):
    note = proposed(sam, vera)
    hours.days_go_by(note, 14)
    with pytest.raises(StateChanged):
        actions.agree(note, by=vera)


def test_at_the_limit_of_either_it_becomes_a_gift_and_nothing_moves(sam, vera, rosa):
    factories.set_policy(hours_limit=2)
    assert not agreed(sam, vera, 120).is_gift
    assert agreed(sam, rosa, 1).is_gift  # Sam has given as much as it goes
    assert agreed(rosa, vera, 1).is_gift  # Vera has received as much as it goes
    assert (balance(sam), balance(vera), balance(rosa)) == (120, -120, 0)
    assert not agreed(vera, sam, 240).is_gift
    assert (balance(sam), balance(vera)) == (-120, 120)


def test_the_limit_of_the_moment_of_agreeing_counts(sam, vera):
    note = proposed(sam, vera, 180)
    factories.set_policy(hours_limit=2)
    assert actions.agree(note, by=vera).is_gift
    factories.set_policy(hours_limit=3)
    assert not agreed(sam, vera, 180).is_gift


def test_who_is_past_a_limit_that_was_lowered_comes_back_and_goes_no_further(sam, vera):
    agreed(sam, vera, 300)
    factories.set_policy(hours_limit=2)
    assert agreed(sam, vera, 1).is_gift
    assert not agreed(vera, sam, 60).is_gift
    assert (balance(sam), balance(vera)) == (240, -240)


@pytest.mark.parametrize("minutes", [0, -5, DAY + 1, 10**9])
def test_minutes_that_cannot_be_are_refused(sam, vera, minutes):
    with pytest.raises(ValidationError):
        proposed(sam, vera, minutes)
    with pytest.raises(ValidationError):
        actions.propose_for_help(help_of(sam), minutes=minutes, by=sam)
    assert not HourNote.objects.exists()


def test_a_day_to_come_and_one_long_ago_are_refused(sam, vera):
    today = timezone.localdate()
    for days in (1, -61, 10**5):
        with pytest.raises(ValidationError):
            proposed(sam, vera, day=today + timedelta(days=days))
    proposed(sam, vera, day=today - timedelta(days=60))


def test_no_one_notes_hours_with_themself_or_for_two_others(sam, vera, mallory):
    with pytest.raises(actions.NotForYou):
        proposed(sam, sam)
    with pytest.raises(actions.NotForYou):
        proposed(sam, vera, by=mallory)


def test_an_account_that_no_one_knows_gives_no_hours_away(sam):
    new = factories.person("New", known=False)
    for giver, receiver, by in ((sam, new, sam), (new, sam, new), (sam, new, new)):
        with pytest.raises(actions.NotForYou):
            proposed(giver, receiver, by=by)


def test_nor_one_that_is_blocked_or_switched_off(sam, vera, carla):
    note = proposed(sam, vera)
    block_contact_points("vera@people.example", reason="other", by=carla)
    with pytest.raises(actions.NotForYou):
        proposed(vera, sam)
    with pytest.raises(actions.NotForYou):
        actions.agree(note, by=vera)
    deactivate_person(sam, by=carla)
    rosa = factories.person("Rosa")
    with pytest.raises(actions.NotForYou):
        proposed(rosa, sam)


def test_one_note_to_a_person_waits_at_a_time(sam, vera, rosa):
    note = proposed(sam, vera)
    with pytest.raises(actions.NotedAlready):
        proposed(sam, vera, 30)
    proposed(sam, rosa)
    proposed(vera, sam)
    actions.decline(note, by=vera)
    proposed(sam, vera, 30)


def test_switched_off_in_between_nothing_is_noted_or_agreed_but_one_may_say_no(sam, vera):
    note = proposed(sam, vera)
    hours.off()
    with pytest.raises(actions.HoursOff):
        actions.agree(note, by=vera)
    with pytest.raises(actions.HoursOff):
        proposed(vera, sam)
    with pytest.raises(actions.HoursOff):
        actions.propose_for_help(help_of(sam), minutes=60, by=sam)
    actions.decline(note, by=vera)
    assert balance(sam) == 0


def test_a_help_for_a_neighbour_with_an_account_asks_them(sam, rosa):
    claim = help_of(sam, rosa)
    note = actions.propose_for_help(claim, minutes=60, by=sam)
    assert (note.giver, note.receiver, note.claim) == (sam, rosa, claim)
    assert told("hours_asked") == [rosa.pk]
    assert not told("hours_commons")
    actions.agree(note, by=rosa)
    assert (balance(sam), balance(rosa)) == (60, -60)
    with pytest.raises(actions.NotedAlready):
        actions.propose_for_help(claim, minutes=60, by=rosa)


def test_the_neighbour_may_note_it_and_the_volunteer_is_asked_even_if_both_are_new():
    factories.set_policy(joining="open")
    sam, rosa = (factories.person(name, known=False) for name in ("Sam", "Rosa"))
    note = actions.propose_for_help(help_of(sam, rosa), minutes=60, by=rosa)
    assert told("hours_asked") == [sam.pk]
    actions.agree(note, by=sam)
    assert balance(sam) == 60


def test_the_commons_stand_for_a_neighbour_without_an_account_and_a_coordinator_agrees(sam, carla):
    note = actions.propose_for_help(help_of(sam), minutes=60, by=sam)
    assert note.receiver is None
    assert told("hours_commons") == [carla.pk]
    assert not told("hours_asked")
    for other in (sam, factories.person("Vera"), factories.person("", Role.VOLUNTEER)):
        with pytest.raises(actions.NotForYou):
            actions.agree(note, by=other)
    actions.agree(note, by=carla)
    assert (balance(sam), balance(None)) == (60, -60)


def test_a_coordinator_who_helped_does_not_agree_for_the_commons_themself(carla):
    note = actions.propose_for_help(help_of(carla), minutes=60, by=carla)
    assert not told("hours_commons")
    with pytest.raises(actions.NotForYou):
        actions.agree(note, by=carla)
    dora = factories.person("Dora", Role.COORDINATOR)
    actions.agree(note, by=dora)
    assert balance(carla) == 60


def test_a_coordinator_from_whom_the_ask_is_kept_neither_sees_nor_answers_it(sam, carla):
    dora = factories.person("Dora", Role.COORDINATOR)
    claim = help_of(sam)
    exclude(claim.need.ask, people=[carla], by=coordinator(dora))
    note = actions.propose_for_help(claim, minutes=60, by=sam)
    assert told("hours_commons") == [dora.pk]
    assert for_coordinator(carla) == []
    assert for_coordinator(dora) == [note]
    with pytest.raises(actions.NotForYou):
        actions.agree(note, by=carla)


def test_hours_from_the_commons_end_at_the_limit_as_all_others(sam, carla):
    factories.set_policy(hours_limit=1)
    for minutes in (60, 1):
        note = actions.propose_for_help(help_of(sam), minutes=minutes, by=sam)
        actions.agree(note, by=carla)
    assert note.is_gift
    assert balance(sam) == 60


def test_of_something_sensitive_the_note_names_no_account(sam, rosa, carla):
    claim = help_of(sam, rosa)
    veil_household(claim.need.ask)
    note = actions.propose_for_help(claim, minutes=60, by=sam)
    assert note.receiver is None
    assert told("hours_commons") == [carla.pk]
    with pytest.raises(actions.NotForYou):
        actions.propose_for_help(claim, minutes=60, by=rosa)


def test_what_becomes_sensitive_later_is_no_longer_linked(sam, rosa, vera):
    waits, counted = help_of(sam, rosa), help_of(sam, rosa)
    note = actions.agree(actions.propose_for_help(counted, minutes=60, by=sam), by=rosa)
    actions.propose_for_help(waits, minutes=60, by=sam)
    proposed(sam, rosa)
    for claim in (waits, counted):
        veil_household(claim.need.ask)
    assert len(list(sweep_hours())) == 2
    assert list(sweep_hours()) == []
    assert not HourNote.objects.filter(claim__isnull=False).exists()
    note.refresh_from_db()
    assert (balance(sam), balance(rosa)) == (60, -60)


def test_no_hours_for_a_help_that_did_not_arrive_or_is_of_others(sam, vera, rosa):
    claim = help_of(sam, rosa)
    with pytest.raises(actions.NotForYou):
        actions.propose_for_help(claim, minutes=60, by=vera)
    for state in ("delivered", "unconfirmed", "released"):
        Claim.objects.filter(pk=claim.pk).update(state=state)
        with pytest.raises(actions.NotForYou):
            actions.propose_for_help(claim, minutes=60, by=sam)


def test_a_note_about_a_need_that_was_erased(sam, rosa):
    first, second, third = help_of(sam, rosa), help_of(sam, rosa), help_of(sam, rosa)
    note = actions.agree(actions.propose_for_help(first, minutes=60, by=sam), by=rosa)
    waits = actions.propose_for_help(second, minutes=60, by=sam)
    proposed(sam, rosa)
    for claim in (first, second, third):
        erase_ask(claim.need.ask, by=SITE)
    note.refresh_from_db()
    assert note.claim is None
    assert balance(sam) == 60
    assert not HourNote.objects.filter(pk=waits.pk).exists()
    with pytest.raises(actions.NotForYou):
        actions.propose_for_help(third, minutes=60, by=sam)
