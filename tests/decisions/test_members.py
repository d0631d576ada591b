"""Who has a say: known to the group, here for two weeks, active in the last three months."""

from datetime import timedelta

import pytest
from django.db import connection
from django.db.models.functions import Now
from django.test.utils import CaptureQueriesContext

from mutualaid.decisions import actions
from mutualaid.decisions.members import (
    ACTIVE_DAYS,
    HERE_DAYS,
    admissions,
    has_a_say,
    members,
    standing_of,
)
from mutualaid.decisions.models import Admission
from mutualaid.encryption.fingerprints import fingerprints
from mutualaid.people.models import BlockedContactPoint, Introduction, Role, User
from mutualaid.transitions import StateChanged
from requests_app.models import Ask, Claim
from tests.support import factories, voting
from tests.support.voting import long_here, member

pytestmark = pytest.mark.django_db


def stranger(name: str = "Noor") -> User:
    """Long here, and no one knows them."""
    user = factories.person(name, known=False)
    long_here(user)
    return user


def helped(volunteer: User, *, read: bool = True, account: User | None = None) -> Claim:
    """Their help arrived, for an ask that a coordinator read."""
    need = factories.need(account=account, contact=factories.ANA)
    Ask.objects.filter(pk=need.ask_id).update(read_at=Now() if read else None)
    slot = Claim.objects.of(volunteer).count() + 1
    return Claim.objects.create(
        need=need, volunteer=volunteer, week_slot=slot, state="confirmed", delivered_at=Now()
    )


def test_whom_a_coordinator_has_met_has_a_say():
    assert has_a_say(member())
    assert not has_a_say(stranger())


def test_whoever_has_a_role_that_two_people_give_was_met():
    carla = factories.person("Carla", Role.COORDINATOR, known=False)
    ines = factories.person("Ines", Role.INTAKE, known=False)
    long_here()
    assert set(members()) == {carla}
    assert not has_a_say(ines)


def test_no_one_has_a_say_in_their_first_two_weeks():
    newest, just = factories.person(), factories.person()
    long_here(newest, days=HERE_DAYS - 1)
    long_here(just, days=HERE_DAYS)
    assert list(members()) == [just]
    assert not standing_of(newest).is_here_long_enough


def test_whoever_was_not_here_for_three_months_has_none_until_they_come_again():
    user = member()
    User.objects.update(last_login=Now() - timedelta(days=ACTIVE_DAYS + 1))
    assert not has_a_say(user)
    assert not standing_of(user).is_active
    factories.need(account=user)
    assert has_a_say(user)


def test_whoever_helped_lately_is_active_without_signing_in():
    user = member()
    User.objects.update(last_login=None)
    assert not has_a_say(user)
    helped(user)
    assert has_a_say(user)


def test_two_members_who_vouch_give_a_say_and_one_does_not():
    noor, ada, ben = stranger(), member(), member()
    actions.vouch(noor, by=ada)
    assert not has_a_say(noor)
    with pytest.raises(StateChanged):
        actions.vouch(noor, by=ada)
    assert not has_a_say(noor)
    actions.vouch(noor, by=ben)
    assert has_a_say(noor)


def test_an_introduction_by_a_member_counts_as_one_word_and_the_same_member_not_twice():
    noor, ada, ben = stranger(), member(), member()
    Introduction.objects.create(person=noor, by=ada, how=Introduction.How.MEMBER)
    with pytest.raises(StateChanged):
        actions.vouch(noor, by=ada)
    assert not has_a_say(noor)
    actions.vouch(noor, by=ben)
    assert has_a_say(noor)


def test_only_members_vouch_and_no_one_for_themself():
    noor, pia = stranger(), stranger("Pia")
    for by in (pia, noor):
        with pytest.raises(actions.NotAllowed):
            actions.vouch(noor, by=by)


def test_two_helps_given_or_received_that_a_coordinator_read_give_a_say():
    noor, other = stranger(), member()
    helped(noor)
    assert not has_a_say(noor)
    helped(noor, read=False)
    assert not has_a_say(noor)
    helped(other, account=noor)
    assert has_a_say(noor)


def test_help_for_oneself_is_none():
    noor = stranger()
    helped(noor, account=noor)
    helped(noor, account=noor)
    assert not has_a_say(noor)


def test_two_helps_between_the_same_two_accounts_are_one_for_each():
    noor, second = stranger(), stranger("Noor again")
    helped(noor, account=second)
    helped(noor, account=second)
    assert not has_a_say(noor)
    assert not has_a_say(second)
    helped(member(), account=second)
    helped(noor)
    assert has_a_say(noor)
    assert has_a_say(second)


def test_whom_a_coordinator_wants_to_talk_with_gives_no_one_a_say():
    noor, ada, ben = stranger(), member(), member()
    actions.vouch(noor, by=ada)
    Introduction.objects.create(person=noor, by=ben, how=Introduction.How.MEMBER)
    assert has_a_say(noor)
    for gone in (ada, ben):
        Introduction.objects.update_or_create(
            person=gone, defaults={"how": Introduction.How.TAKEN_BACK, "by": None}
        )
        assert not has_a_say(noor)
        Introduction.objects.filter(person=gone).delete()
        assert has_a_say(noor)


def test_two_tasks_of_one_household_are_one_help():
    noor = stranger()
    first = helped(noor)
    more = factories.need(of=first.need.ask)
    Claim.objects.create(
        need=more, volunteer=noor, week_slot=2, state="confirmed", delivered_at=Now()
    )
    assert not has_a_say(noor)


def test_whom_a_coordinator_wants_to_talk_with_has_no_say_by_helps_or_members():
    noor, ada, ben = stranger(), member(), member()
    actions.vouch(noor, by=ada)
    actions.vouch(noor, by=ben)
    Introduction.objects.create(person=noor, how=Introduction.How.TAKEN_BACK)
    assert not has_a_say(noor)


def test_whoever_is_blocked_switched_off_or_erased_has_none():
    blocked, off, erased = voting.members(3)
    BlockedContactPoint.objects.create(
        fingerprint=fingerprints(str(blocked.email)).pop(), reason="threats"
    )
    User.objects.filter(pk=off.pk).update(is_active=False)
    User.objects.filter(pk=erased.pk).update(erased_at=Now())
    assert not members().exists()


def test_the_list_is_one_query_however_many_there_are():
    voting.members(3)
    with CaptureQueriesContext(connection) as few:
        assert len(list(members())) == 3
    voting.members(20)
    with CaptureQueriesContext(connection) as many:
        assert len(list(members())) == 23
    assert len(few) == len(many) == 1


def test_a_code_gives_a_say_in_what_is_proposed_two_weeks_later(carla):
    admission, code = actions.admit(by=carla)
    assert actions.admission_of(f" {code.lower()} ") == admission
    assert not admissions().exists()
    Admission.objects.update(given_at=Now() - timedelta(days=HERE_DAYS))
    assert list(admissions()) == [admission]
    actions.take_back_admission(admission, by=carla)
    assert not admissions().exists()
    assert actions.admission_of(code) is None


def test_a_code_is_kept_nowhere_and_only_coordinators_give_one(carla, sam):
    admission, code = actions.admit(by=carla)
    kept = admission.code_hash
    assert code.replace("-", "") not in kept
    assert len(kept) == 64
    for wrong in ("", "ABCD", code[:-1], f"{code}2"):
        assert actions.admission_of(wrong) is None
    with pytest.raises(actions.NotAllowed):
        actions.admit(by=sam)
    with pytest.raises(actions.NotAllowed):
        actions.take_back_admission(admission, by=sam)
