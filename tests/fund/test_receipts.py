"""The photo of a receipt: encrypted, part of what a yes is said to, and read by few."""

from base64 import b64encode
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from mutualaid.encryption.fields import WrongKey
from mutualaid.encryption.rotation import rotate
from mutualaid.fund.actions import open_words, pay_expense, say_spent, withdraw_expense
from mutualaid.fund.actions.receipts import (
    LOOK_LASTS,
    add_receipt,
    ask_with_receipt,
    read_receipt,
    remove_receipt,
)
from mutualaid.fund.errors import NotForYou
from mutualaid.fund.models import Expense, ExpenseLook, Receipt
from mutualaid.fund.states import ExpenseKind, ExpenseState
from mutualaid.retention.sweep import erase_what_is_due
from mutualaid.transitions import StateChanged
from tests.support import money
from tests.support.photos import receipt_photo

pytestmark = pytest.mark.django_db
PHOTO, ANOTHER = money.prepared(receipt_photo(300, 400)), money.prepared(receipt_photo(320, 400))


def stored() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT content FROM fund_receipt")
        return str(cursor.fetchall())


def test_a_copy_of_the_database_shows_no_receipt(bought):
    assert b64encode(PHOTO).decode()[100:200] not in stored()
    assert bought.receipt.content == b64encode(PHOTO).decode()


def test_it_takes_no_more_room_than_a_quarter_of_a_megabyte(bought):
    assert len(stored()) < 360_000


def test_another_key_encrypts_it_anew(bought, settings):
    old = settings.CONTACT_KEYS[0]
    settings.CONTACT_KEYS = ["k9:" + b64encode(bytes(range(32))).decode(), old]
    assert sum(written for written, _unread in rotate())
    assert "'k9:" in stored()
    settings.CONTACT_KEYS = settings.CONTACT_KEYS[:1]
    assert Receipt.objects.get().content == b64encode(PHOTO).decode()


def test_a_wrong_key_opens_nothing(bought, sam, settings):
    settings.CONTACT_KEYS = ["k9:" + b64encode(bytes(range(32))).decode()]
    with pytest.raises(WrongKey):
        read_receipt(bought, by=sam)


def test_an_expense_has_one(bought):
    with pytest.raises(IntegrityError), transaction.atomic():
        Receipt.objects.create(expense=bought, content="", digest="")


def test_what_is_asked_with_a_receipt_is_the_first_version(bought):
    assert bought.version == 1


def test_what_is_sent_twice_is_asked_once_with_the_first_photo(bought, sam):
    ask = {"pot": bought.pot, "kind": ExpenseKind.MONEY_BACK, "amount": 1250, "purpose": "Milk",
           "payee": sam, "payee_words": "", "claim": None}  # fmt: skip
    again = ask_with_receipt(ask, ANOTHER, key=bought.public_id, by=sam)  # type: ignore[arg-type]
    assert (again.pk, again.version) == (bought.pk, 1)
    assert read_receipt(bought, by=sam) == PHOTO


def test_without_a_photo_there_is_none(pot, sam):
    money.expense(pot, by=sam, with_photo=False)
    assert not Receipt.objects.exists()


def test_another_photo_voids_the_yes_to_the_one_before(bought, sam, alma):
    money.agreed(bought, alma)
    assert bought.state == ExpenseState.APPROVED
    add_receipt(bought, ANOTHER, by=sam)
    bought.refresh_from_db()
    assert (bought.state, bought.version, bought.first_approver) == (ExpenseState.ASKED, 2, None)
    bought.pot.refresh_from_db()
    assert bought.pot.promised == 0
    assert read_receipt(bought, by=sam) == ANOTHER


def test_the_same_photo_again_voids_nothing(bought, sam, alma):
    money.agreed(bought, alma)
    add_receipt(bought, PHOTO, by=sam)
    bought.refresh_from_db()
    assert (bought.state, bought.version) == (ExpenseState.APPROVED, 1)


def test_taking_it_away_voids_the_yes(bought, sam, alma):
    money.agreed(bought, alma)
    remove_receipt(bought, by=sam)
    bought.refresh_from_db()
    assert (bought.state, Receipt.objects.count()) == (ExpenseState.ASKED, 0)
    remove_receipt(bought, by=sam)
    bought.refresh_from_db()
    assert bought.version == 2, "there was nothing to take away"


@pytest.mark.parametrize("change", [add_receipt, remove_receipt])
def test_no_one_else_changes_it(bought, alma, mallory, change):
    photo = [ANOTHER] if change is add_receipt else []
    for other in (mallory, alma):
        with pytest.raises(NotForYou):
            change(bought, *photo, by=other)
    assert Receipt.objects.get().content == b64encode(PHOTO).decode()


def test_once_it_is_paid_it_stays(bought, sam, alma, bela):
    money.paid(bought, alma, by=bela)
    with pytest.raises(StateChanged):
        add_receipt(bought, ANOTHER, by=sam)
    assert read_receipt(bought, by=sam) == PHOTO


def test_once_it_is_taken_back_no_photo_is_added(bought, sam):
    withdraw_expense(bought, by=sam)
    with pytest.raises(StateChanged):
        add_receipt(bought, ANOTHER, by=sam)


def test_of_money_ahead_it_comes_with_what_was_spent(pot, sam, alma, bela):
    ahead = money.expense(pot, by=sam, kind=ExpenseKind.MONEY_AHEAD, with_photo=False)
    money.paid(ahead, alma, by=bela)
    say_spent(ahead, spent=1000, by=sam)
    seen = ahead.spending_version
    add_receipt(ahead, PHOTO, by=sam)
    ahead.refresh_from_db()
    assert ahead.spending_version > seen, "who settles it has to look again"


def test_its_own_people_read_it_without_a_look(bought, sam):
    assert read_receipt(bought, by=sam) == PHOTO
    assert not ExpenseLook.objects.exists()


def test_an_approver_reads_it_after_a_look_that_is_logged(bought, alma):
    with pytest.raises(NotForYou):
        read_receipt(bought, by=alma)
    open_words(bought, by=alma)
    assert read_receipt(bought, by=alma) == PHOTO
    assert ExpenseLook.objects.get().by == alma


def test_the_look_of_another_approver_is_not_enough(bought, alma, bela):
    open_words(bought, by=alma)
    with pytest.raises(NotForYou):
        read_receipt(bought, by=bela)


def test_a_look_lasts_a_quarter_of_an_hour(bought, alma):
    open_words(bought, by=alma)
    Receipt.objects.update(added_at=timezone.now() - timedelta(days=1))
    ExpenseLook.objects.update(at=timezone.now() - LOOK_LASTS - timedelta(seconds=1))
    with pytest.raises(NotForYou):
        read_receipt(bought, by=alma)


def test_a_look_is_at_the_photo_that_was_there(bought, sam, alma):
    open_words(bought, by=alma)
    add_receipt(bought, ANOTHER, by=sam)
    with pytest.raises(NotForYou):
        read_receipt(bought, by=alma)


@pytest.mark.parametrize("who", ["member", "coordinator", "former approver", "closed account"])
def test_no_one_else_reads_it(bought, alma, carla, mallory, who):
    open_words(bought, by=alma)
    if who == "former approver":
        alma.approver.ended_at = timezone.now()
        alma.approver.save()
    if who == "closed account":
        alma.is_active = False
        alma.save()
    people = {"member": mallory, "coordinator": carla}
    with pytest.raises(NotForYou):
        read_receipt(bought, by=people.get(who, alma))


def test_no_list_of_expenses_loads_receipts(bought, sam, django_assert_num_queries):
    with django_assert_num_queries(1) as asked:
        list(Expense.objects.of(sam))
    assert "fund_receipt" not in asked[0]["sql"]


def test_it_is_erased_with_the_words_of_its_expense(bought, sam, alma, bela):
    money.paid(bought, alma, by=bela)
    Expense.objects.update(ended_at=timezone.now() - timedelta(days=400))
    for _batch in erase_what_is_due():
        pass
    assert not Receipt.objects.exists()


def test_paying_twice_makes_no_second_receipt(bought, alma, bela):
    money.paid(bought, alma, by=bela)
    with pytest.raises(StateChanged):
        pay_expense(bought, saw=bought.version, on_day=timezone.localdate(), by=bela)
    assert Receipt.objects.count() == 1


def test_a_key_of_another_person_is_not_theirs(bought, mallory):
    """Whoever knows the address of an expense neither gets it nor changes it by sending its key."""
    ask = {"pot": bought.pot, "kind": ExpenseKind.MONEY_BACK, "amount": 1, "purpose": "x",
           "payee": mallory, "payee_words": "", "claim": None}  # fmt: skip
    with pytest.raises(StateChanged):
        ask_with_receipt(ask, ANOTHER, key=bought.public_id, by=mallory)  # type: ignore[arg-type]
    assert Receipt.objects.get().content == b64encode(PHOTO).decode()
