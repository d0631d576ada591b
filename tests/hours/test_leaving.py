"""Whoever leaves becomes the commons in what others noted, and takes a copy of their own along."""

import json

import pytest

from mutualaid.data_rights.actions import erase_account
from mutualaid.data_rights.export import data_of
from mutualaid.hours import actions
from mutualaid.hours.models import HourNote
from mutualaid.people.models import User
from mutualaid.retention.erasing import erase, erase_expired
from mutualaid.retention.terms import ACCOUNT
from tests.support import factories, hours, stored
from tests.support.hours import agreed, balance, help_of, proposed

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _noted() -> None:
    hours.on()


def total() -> int:
    return sum(balance(one) for one in (None, *User.objects.all()))


def test_hours_with_someone_who_left_stay_and_are_with_the_commons(sam, vera, rosa):
    agreed(sam, vera, 90)
    agreed(rosa, sam, 30)
    erase_account(sam)
    assert (balance(vera), balance(rosa), balance(None)) == (-90, 30, 60)
    assert total() == 0
    assert not HourNote.objects.of(sam).exists()
    people = HourNote.objects.values_list("giver", "receiver", "proposed_by", "agreed_by")
    assert sam.pk not in {pk for row in people for pk in row}


def test_when_both_have_left_nothing_of_it_stays(sam, vera, rosa):
    agreed(sam, vera)
    agreed(vera, sam)
    agreed(sam, rosa)
    erase_account(sam)
    erase_account(vera)
    assert [note.receiver for note in HourNote.objects.all()] == [rosa]
    assert total() == 0


def test_both_erased_in_one_step_as_after_a_restore(sam, vera):
    agreed(sam, vera)
    agreed(vera, sam)
    proposed(sam, vera)
    erase(ACCOUNT, [sam.pk, vera.pk])
    assert not HourNote.objects.exists()


def test_what_waited_for_someone_who_left_or_came_from_them_goes(sam, vera):
    proposed(sam, vera)
    note = proposed(vera, sam)
    actions.decline(note, by=sam)
    erase_account(sam)
    assert not HourNote.objects.exists()


def test_a_coordinator_who_agreed_for_the_commons_and_left_is_not_named(sam, carla):
    note = actions.propose_for_help(help_of(sam), minutes=60, by=sam)
    actions.agree(note, by=carla)
    erase_account(carla, even_the_last=True)
    note.refresh_from_db()
    assert (note.state, note.agreed_by, balance(sam)) == ("agreed", None, 60)


def test_a_help_whose_volunteer_left_is_no_note_of_anyone(sam, rosa):
    claim = help_of(sam, rosa)
    note = actions.propose_for_help(claim, minutes=60, by=sam)
    erase_account(sam)
    with pytest.raises(actions.NotForYou):
        actions.agree(note, by=rosa)
    with pytest.raises(actions.NotForYou):
        actions.propose_for_help(claim, minutes=60, by=rosa)


def test_a_copy_holds_all_notes_of_mine_and_no_balance_of_others(sam, vera, rosa):
    agreed(sam, vera, 90)
    actions.decline(proposed(rosa, sam, 30), by=sam)
    agreed(vera, rosa, 45)
    mine = json.loads(json.dumps(data_of(sam), default=str))["hours_you_noted"]
    assert [(one["you"], one["with"], one["minutes"], one["state"]) for one in mine] == [
        ("gave", "Vera", 90, "agreed"),
        ("received", "Rosa", 30, "not agreed"),
    ]


def test_the_copy_of_a_volunteer_names_no_neighbour_of_a_help(sam, rosa):
    actions.propose_for_help(help_of(sam, rosa), minutes=60, by=sam)
    [mine], [theirs] = data_of(sam)["hours_you_noted"], data_of(rosa)["hours_you_noted"]
    assert (mine["with"], theirs["with"]) == ("a neighbour", "Sam")


def test_what_came_to_nothing_is_forgotten_after_the_days_of_the_policy(sam, vera):
    actions.decline(proposed(sam, vera), by=vera)
    erase_expired()
    assert HourNote.objects.count() == 1
    HourNote.objects.update(ended_at="2020-01-01T00:00Z")
    agreed(sam, vera)
    erase_expired()
    assert [note.state for note in HourNote.objects.all()] == ["agreed"]


def test_no_name_stands_in_a_note_or_in_what_is_sent_about_it(vera):
    canary = factories.person("Canaryhelper")
    proposed(canary, vera)
    rows = [
        line for line in stored.every_row().splitlines() if line.startswith(("hours_", "notify_"))
    ]
    assert any(line.startswith("hours_hournote") for line in rows)
    assert stored.leaks(("Canaryhelper", "canaryhelper"), "\n".join(rows)) == []
