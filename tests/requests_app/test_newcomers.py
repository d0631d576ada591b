"""How someone new begins: one task, one neighbour in seven days, and what ends that."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from mutualaid.notify.outcomes import CallOutcome
from mutualaid.people.introductions import introduce, is_known, take_back_introduction
from mutualaid.people.models import User
from requests_app import actions
from requests_app.actions import NotForYou, NotNow
from requests_app.lifecycle.actors import coordinator, volunteer
from requests_app.models import AccessLogEntry, Ask, Claim, Need
from requests_app.newcomers import Hindrance, next_contact_at
from requests_app.states import CloseReason
from tests.support import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def nina() -> User:
    """Signed up today."""
    return factories.person("Nina", known=False)


def say_yes(user: User, need: Need | None = None, *, invited: bool = True) -> Claim:
    return actions.claim_need(need or factories.need(), by=user, weekly_limit=50, invited=invited)


def refused(user: User, need: Need | None = None, *, invited: bool = True) -> Hindrance:
    with pytest.raises(NotNow) as refusal:
        say_yes(user, need, invited=invited)
    return refusal.value.hindrance


def let_go(claim: Claim) -> None:
    actions.release_claim(claim, by=volunteer(claim.volunteer))


def look(claim: Claim) -> None:
    actions.contact_of_claim(claim, by=claim.volunteer)


def days_pass(days: float) -> None:
    for entry in AccessLogEntry.objects.all():
        moved = entry.at - timedelta(days=days)
        AccessLogEntry.objects.filter(pk=entry.pk).update(at=moved, window=f"then {entry.pk}")


# What someone new can do.


def test_someone_new_has_one_task_at_a_time(nina):
    first = say_yes(nina)
    assert refused(nina) == Hindrance.ONE_AT_A_TIME
    let_go(first)
    say_yes(nina)


def test_someone_new_takes_only_what_they_were_invited_to_or_what_is_fine_for_them(nina, carla):
    need = factories.need()
    assert refused(nina, need, invited=False) == Hindrance.NOT_INVITED
    actions.set_for_newcomers(need, True, by=coordinator(carla))
    say_yes(nina, need, invited=False)


def test_someone_new_sees_one_neighbour_in_seven_days_also_if_they_let_go(nina):
    first = say_yes(nina)
    look(first)
    let_go(first)
    assert refused(nina) == Hindrance.ONE_CONTACT
    days_pass(6.9)
    assert refused(nina) == Hindrance.ONE_CONTACT
    days_pass(0.2)
    look(say_yes(nina))


def test_looking_again_at_the_same_neighbour_is_no_second_one(nina):
    claim = say_yes(nina)
    for _ in range(3):
        look(claim)
    let_go(claim)
    again = factories.need(of=claim.need.ask)
    look(say_yes(nina, again))


def test_a_neighbour_stays_the_same_when_households_are_put_together(nina, carla):
    claim, other = say_yes(nina), factories.ask()
    look(claim)
    actions.merge_asks(claim.need.ask, into=other, by=coordinator(carla))
    look(Claim.objects.get(pk=claim.pk))


def test_the_page_of_someone_new_says_when_they_can_go_on(nina):
    assert next_contact_at(nina) is None
    look(say_yes(nina))
    left = next_contact_at(nina) - timezone.now()
    assert timedelta(days=6.9) < left <= timedelta(days=7)


def test_who_begins_small_again_may_look_at_one_of_the_tasks_they_had(carla, sam):
    claims = [say_yes(sam) for _ in range(2)]
    take_back_introduction(sam, by=carla)
    look(claims[0])
    with pytest.raises(NotNow):
        look(claims[1])


def test_what_a_coordinator_gives_someone_new_they_may_do(nina, carla):
    own = say_yes(nina)
    given = actions.assign_need(factories.need(), to=nina, by=coordinator(carla))
    for claim in (given, own):
        look(claim)
    let_go(own)
    assert refused(nina) == Hindrance.ONE_AT_A_TIME


def test_where_everyone_can_do_the_same_no_one_is_new(nina):
    factories.set_policy(joining="open")
    for _ in range(5):
        look(say_yes(nina, invited=False))
    assert refused(nina, invited=False) == Hindrance.TOO_MANY


def test_where_people_are_met_first_even_an_invitation_waits(nina, carla):
    factories.set_policy(joining="meet_first")
    assert refused(nina) == Hindrance.MEET_FIRST
    introduce(nina, by=carla)
    say_yes(nina)


def test_what_a_rule_forbids_is_forbidden_before_that(nina):
    with pytest.raises(NotForYou) as refusal:
        say_yes(nina, factories.need(category=factories.category("legal", sensitive=True)))
    assert not isinstance(refusal.value, NotNow)


# What makes them known.


def help_arrives(user: User, need: Need | None = None) -> Need:
    claim = say_yes(user, need)
    actions.deliver_claim(claim, by=volunteer(user))
    actions.confirm_arrival(claim.need)
    return claim.need


def read_by(carla: User, ask: Ask) -> None:
    actions.contact_for_coordinator(ask, by=carla)


def publish(carla: User, ask: Ask) -> None:
    for need in ask.needs.filter(state="triage"):
        actions.publish_need(need, by=coordinator(carla))


def make_code(carla: User, ask: Ask) -> None:
    actions.make_code(ask, by=carla)


def call_back(carla: User, ask: Ask) -> None:
    Ask.objects.filter(pk=ask.pk).update(call_back_at=timezone.now())
    actions.log_call(ask, outcome=CallOutcome.REACHED, by=carla)


def merge(carla: User, ask: Ask) -> None:
    actions.merge_asks(factories.ask(), into=ask, by=coordinator(carla))


@pytest.mark.parametrize("reads", [read_by, make_code, call_back, merge])
@pytest.mark.parametrize("order", ["read first", "read later"])
def test_a_first_help_counts_once_a_coordinator_read_or_spoke_with_the_ask(
    nina, carla, reads, order
):
    need = factories.need()
    if order == "read first":
        reads(carla, need.ask)
    help_arrives(nina, need)
    if order == "read later":
        assert not is_known(nina)
        reads(carla, need.ask)
    assert is_known(nina)


def test_what_a_coordinator_published_was_read(nina, carla):
    factories.set_policy(needs_open_at_once=False)
    need = factories.need()
    publish(carla, need.ask)
    need.refresh_from_db()
    help_arrives(nina, need)
    assert is_known(nina)


def test_what_a_coordinator_took_in_by_phone_was_read(nina, carla):
    help_arrives(nina, factories.need(by=coordinator(carla)))
    assert is_known(nina)


def test_who_helps_themself_under_another_name_stays_new(nina):
    """An ask that no one of us ever read or heard proves nothing."""
    for _ in range(3):
        help_arrives(nina)
    assert not is_known(nina)


def test_a_look_of_a_volunteer_is_no_reading_by_a_coordinator(nina):
    need = factories.need()
    claim = say_yes(nina, need)
    look(claim)
    actions.confirm_arrival(need)
    assert not is_known(nina)
    assert Ask.objects.get(pk=need.ask_id).read_at is None


def test_each_household_counts_once(nina, carla):
    factories.set_policy(helps_until_known=2)
    ask = factories.ask(factories.details(), factories.details())
    read_by(carla, ask)
    for need in ask.needs.all():
        help_arrives(nina, need)
    assert not is_known(nina)
    other = factories.need()
    read_by(carla, other.ask)
    help_arrives(nina, other)
    assert is_known(nina)


def test_asks_put_together_are_one_household(nina, carla):
    factories.set_policy(helps_until_known=2)
    first, second = help_arrives(nina), help_arrives(nina)
    actions.merge_asks(first.ask, into=second.ask, by=coordinator(carla))
    assert not is_known(nina)


def test_a_help_still_counts_when_its_ask_is_erased(nina, carla):
    factories.set_policy(helps_until_known=2)
    for erased in (True, False):
        need = factories.need()
        read_by(carla, need.ask)
        help_arrives(nina, need)
        if erased:
            actions.erase_ask(Ask.objects.get(pk=need.ask_id))
            assert not is_known(nina)
    assert is_known(nina)


def test_who_is_known_stays_known_when_all_is_erased(nina, carla):
    need = factories.need()
    read_by(carla, need.ask)
    help_arrives(nina, need)
    actions.erase_ask(Ask.objects.get(pk=need.ask_id))
    assert is_known(nina)


def test_part_of_a_help_counts_as_well(nina, carla):
    need = factories.need()
    read_by(carla, need.ask)
    say_yes(nina, need)
    actions.need_more(need)
    assert is_known(nina)


def test_a_help_that_no_neighbour_confirmed_counts_for_nothing(nina, carla):
    need = factories.need()
    read_by(carla, need.ask)
    claim = say_yes(nina, need)
    actions.deliver_claim(claim, by=volunteer(nina))
    assert not is_known(nina)


# What anyone can hold.


def test_no_one_holds_more_than_five_by_their_own_yes(sam):
    claims = [say_yes(sam, invited=False) for _ in range(5)]
    assert refused(sam) == Hindrance.TOO_MANY
    let_go(claims[2])
    assert say_yes(sam).live_slot == 3


def test_a_coordinator_gives_more_and_that_counts(sam, carla):
    given = [actions.assign_need(factories.need(), to=sam, by=coordinator(carla)) for _ in range(6)]
    assert all(claim.is_given for claim in given)
    assert refused(sam) == Hindrance.TOO_MANY
    for claim in given[:2]:
        let_go(claim)
    assert not say_yes(sam).is_given


def test_another_goes_instead_by_a_coordinators_word(sam, vera, carla):
    claims = [say_yes(sam) for _ in range(5)]
    other = say_yes(vera)
    moved = actions.reassign_claim(other, to=sam, by=coordinator(carla))
    assert moved.is_given
    assert [claim.live_slot for claim in claims] == [1, 2, 3, 4, 5]


def test_the_database_keeps_it(sam):
    first, second = say_yes(sam), say_yes(sam)
    with pytest.raises(IntegrityError), transaction.atomic():
        Claim.objects.filter(pk=second.pk).update(live_slot=first.live_slot)


def test_a_lower_number_lets_no_one_take_more_and_takes_nothing_away(sam):
    claims = [say_yes(sam) for _ in range(4)]
    factories.set_policy(live_claims_per_person=2)
    assert refused(sam) == Hindrance.TOO_MANY
    for claim in claims[:3]:
        let_go(claim)
    assert say_yes(sam).live_slot == 1
    assert refused(sam) == Hindrance.TOO_MANY


def test_a_claim_that_comes_back_with_its_need_keeps_its_place(sam, carla):
    need = factories.need()
    claims = [say_yes(sam), say_yes(sam, need)]
    closed = actions.close_needs([need], by=coordinator(carla), reason=CloseReason.UNABLE)
    assert actions.undo_step(closed.code, by=coordinator(carla)).reinstated == 1
    assert [Claim.objects.get(pk=claim.pk).live_slot for claim in claims] == [1, 2]


def test_a_claim_does_not_come_back_beyond_what_its_volunteer_may_hold(nina, carla):
    need = factories.need()
    first = say_yes(nina, need)
    Claim.objects.filter(pk=first.pk).update(week=first.week - timedelta(days=7))
    closed = actions.close_needs([need], by=coordinator(carla), reason=CloseReason.UNABLE)
    say_yes(nina)
    assert actions.undo_step(closed.code, by=coordinator(carla)).not_reinstated == 1
    assert Claim.objects.of(nina).live().count() == 1


def test_a_need_is_marked_once_with_a_line_in_its_history(carla):
    need, me = factories.need(), coordinator(carla)
    actions.set_for_newcomers(need, True, by=me)
    with pytest.raises(actions.StateChanged):
        actions.set_for_newcomers(need, True, by=me)
    actions.set_for_newcomers(need, False, by=me)
    lines = list(need.events.values_list("action", flat=True))
    assert lines == ["post", "for_newcomers", "not_for_newcomers"]
