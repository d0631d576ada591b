"""Who is new here, and how someone comes to be known: by a coordinator, a member, or their help."""

import pytest
from django.db import IntegrityError, transaction

from mutualaid.data_rights.actions import erase_account
from mutualaid.people.introductions import (
    NotKnown,
    by_code,
    code_of,
    introduce,
    introduce_after_help,
    is_known,
    is_newcomer,
    known,
    met,
    standing_of,
    take_back_introduction,
    vouch,
    waits_to_be_met,
)
from mutualaid.people.models import Introduction, Role, User
from mutualaid.transitions import StateChanged
from tests.support import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def nina() -> User:
    """Signed up today."""
    return factories.person("Nina", known=False)


@pytest.mark.parametrize(
    ("how", "is_new", "waits"),
    [
        (None, True, True),
        ("member", True, False),
        ("taken_back", True, True),
        ("first_help", False, False),
        ("coordinator", False, False),
    ],
)
def test_who_is_new_and_whose_offer_waits(nina, how, is_new, waits):
    factories.set_policy(joining="meet_first")
    if how:
        Introduction.objects.create(person=nina, how=how)
    assert (is_newcomer(nina), waits_to_be_met(nina)) == (is_new, waits)
    assert User.objects.filter(known(), pk=nina.pk).exists() is not is_new
    assert User.objects.filter(met(), pk=nina.pk).exists() is not waits


@pytest.mark.parametrize("fields", [{"vetted": True}, {"is_superuser": True}])
def test_whom_the_group_trusts_with_more_is_known(fields):
    someone = factories.person("Nina", known=False, **fields)
    assert is_known(someone)
    assert User.objects.filter(known()).get() == someone


def test_a_coordinator_is_known():
    nina = factories.person("Nina", Role.COORDINATOR, known=False)
    assert is_known(nina)
    assert User.objects.filter(known()).get() == nina


@pytest.mark.parametrize(("joining", "is_new"), [("open", False), ("begin_small", True)])
def test_another_policy_changes_who_is_new_and_writes_nothing_of_people(nina, joining, is_new):
    factories.set_policy(joining=joining)
    assert is_newcomer(nina) is is_new
    assert not waits_to_be_met(nina)
    assert bool(standing_of(nina)) is is_new
    assert not Introduction.objects.exists()


def test_a_coordinator_says_it_once_and_takes_it_back_once(nina, carla):
    introduce(nina, by=carla)
    assert is_known(nina)
    with pytest.raises(StateChanged):
        introduce(nina, by=carla)
    take_back_introduction(nina, by=carla)
    assert not is_known(nina)
    with pytest.raises(StateChanged):
        take_back_introduction(nina, by=carla)
    introduce(nina, by=carla)
    assert is_known(nina)


def test_what_a_coordinator_took_back_only_a_coordinator_gives_again(nina, sam, carla):
    take_back_introduction(nina, by=carla)
    introduce_after_help(nina)
    with pytest.raises(StateChanged):
        vouch(nina, by=sam)
    assert not is_known(nina)
    assert standing_of(nina).must_talk


def test_whom_the_group_trusts_with_more_does_not_begin_small_again(carla):
    vetted = factories.person("Nina", vetted=True)
    for person in (vetted, carla):
        with pytest.raises(StateChanged):
            take_back_introduction(person, by=carla)


def test_a_member_vouches_and_both_names_are_kept(nina, sam):
    vouch(nina, by=sam)
    row = nina.introduction
    assert (row.how, row.by) == ("member", sam)
    introduce_after_help(nina)
    row.refresh_from_db()
    assert (row.how, row.by) == ("first_help", sam)


def test_who_is_new_vouches_for_no_one_so_accounts_cannot_let_each_other_in(nina, sam):
    others = [factories.person(known=False) for _ in range(2)]
    vouch(nina, by=sam)
    for person in (others[0], nina):
        with pytest.raises(NotKnown):
            vouch(person, by=nina)
    with pytest.raises(NotKnown):
        vouch(others[1], by=others[0])


def test_no_one_vouches_twice_nor_for_whom_we_know(nina, sam, vera):
    vouch(nina, by=sam)
    for person in (nina, vera):
        with pytest.raises(StateChanged):
            vouch(person, by=sam)
    with pytest.raises(NotKnown):
        vouch(sam, by=sam)


def test_the_names_go_when_either_is_erased(nina, sam):
    vera = factories.person("Vera", known=False)
    for person in (nina, vera):
        vouch(person, by=sam)
    erase_account(nina)
    assert [row.person for row in sam.introduced.all()] == [vera]
    erase_account(sam)
    assert Introduction.objects.get(person=vera).by is None
    assert not waits_to_be_met(vera)


def test_no_row_says_that_someone_vouched_for_themself(nina):
    with pytest.raises(IntegrityError), transaction.atomic():
        Introduction.objects.create(person=nina, by=nina, how="member")


def test_a_code_is_read_in_any_spelling_and_is_of_one_person(nina, sam):
    code = code_of(nina)
    for typed in (code, code.lower(), f" {code} ", code.replace("-", " ").replace(" ", "-", 1)):
        assert by_code(typed) == nina
    assert by_code(code_of(sam)) == sam


@pytest.mark.parametrize(
    "typed", ["", "-", "1", "abc", "1-", "1-222-222", "9" * 40 + "-222-222", "²-222-222", "1\x00-2"]
)
def test_nonsense_is_no_code(nina, typed):
    assert by_code(typed) is None


def test_the_code_of_one_account_opens_no_other(nina, sam):
    letters = code_of(nina).partition("-")[2]
    assert by_code(f"{sam.pk}-{letters}") is None
    User.objects.filter(pk=nina.pk).update(is_active=False)
    assert by_code(code_of(nina)) is None
