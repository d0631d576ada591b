"""A month's money among the public numbers: of many only, frozen with the month, and of no one."""

import csv
import io
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from mutualaid.data_rights.actions import erase_account
from mutualaid.fund import actions
from mutualaid.fund.models import Expense, Pot
from mutualaid.fund.states import EntryKind, ExpenseKind
from mutualaid.group.actions import change_group
from mutualaid.numbers.freezing import freeze
from mutualaid.numbers.models import SUMS, Frozen, MonthMoney
from mutualaid.numbers.months import following, midnight
from requests_app.models import Ask
from tests.numbers.test_numbers import LAST_MONTH, ended, on_the_page, text_of
from tests.support import canary, closing, factories, money, recorded, stored
from tests.support.at_once import at_once

BACK, AHEAD, HELP = ExpenseKind.MONEY_BACK, ExpenseKind.MONEY_AHEAD, ExpenseKind.DIRECT_HELP
ON_THE_FIFTH = LAST_MONTH + timedelta(days=4)
NEXT_MONTH = following(LAST_MONTH)
NOT_SHOWN = dict.fromkeys(SUMS)


class Books:
    """A pot since long ago, and two people who say yes to money and pay it."""

    def __init__(self):
        self.ann, self.ben = money.approver("Ann"), money.approver("Ben")
        self.pot = self.pot_of("EUR")

    def pot_of(self, currency):
        """Holding plenty since the day before the month."""
        pot = money.pot(currency=currency, holds=0)
        Pot.objects.filter(pk=pot.pk).update(created_at=midnight(LAST_MONTH))
        before = LAST_MONTH - timedelta(days=1)
        actions.write_gift(pot, amount=pot.most, on_day=before, by=self.ann)
        return pot

    def give(self, *amounts, on_day=ON_THE_FIFTH):
        return [
            actions.write_gift(self.pot, amount=amount, on_day=on_day, by=self.ann)
            for amount in amounts
        ]

    def pay(self, person, amount, kind=BACK, *, on_day=ON_THE_FIFTH, pot=None, **values):
        expense = money.money_back(pot or self.pot, person, amount, kind=kind, **values)
        money.approve(expense, self.ann)
        actions.pay_expense(expense, saw=1, on_day=on_day, by=self.ben)
        return expense

    def pay_each(self, people, amount, kind=BACK, **values):
        return [self.pay(person, amount, kind, **values) for person in people]


@pytest.fixture
def books(db):
    return Books()


@pytest.fixture
def six(db):
    return [factories.person(f"Neighbour {n}") for n in range(6)]


def frozen(month=LAST_MONTH):
    """The sums of a month that is written down now, by currency."""
    assert freeze(month)
    rows = MonthMoney.objects.filter(month__first_day=month)
    return {row.currency: {name: getattr(row, name) for name in SUMS} for row in rows}


def test_a_month_says_what_was_given_and_paid_out_by_kind_rounded(books, six):
    books.give(100_00, 20_00, 30_00, 40_00, 50_00)
    books.pay_each(six, 12_34)
    books.pay_each(six[:5], 123_45, AHEAD)
    books.pay_each(six, 30_00, HELP)
    assert frozen() == {
        "EUR": {
            "given": 240, "paid_out": 870, "money_back": 75, "money_ahead": 620, "direct_help": 180,
        }
    }  # fmt: skip


def test_below_five_people_nothing_is_shown_of_what_they_got(books, six):
    books.give(100_00, 20_00, 30_00, 40_00)
    books.pay_each(six[:4], 12_00)
    assert frozen() == {"EUR": NOT_SHOWN}


def test_nothing_is_shown_where_one_got_more_than_half(books, six):
    books.pay_each(six[1:], 10_00)
    books.pay(six[0], 25_00)
    books.pay(six[0], 25_01)
    assert frozen() == {"EUR": NOT_SHOWN}


def test_a_month_in_which_no_money_moved_looks_like_one_of_a_few(books):
    assert frozen() == {"EUR": NOT_SHOWN}


def test_where_one_kind_is_of_a_few_only_the_whole_is_shown(books, six):
    books.pay_each(six, 20_00)
    books.pay(six[0], 30_00, HELP)
    assert frozen() == {"EUR": NOT_SHOWN | {"paid_out": 150}}


def test_the_pots_of_a_currency_count_as_one_and_each_currency_for_itself(books, six):
    other, yen = books.pot_of("EUR"), books.pot_of("JPY")
    books.pay_each(six[:3], 20_00)
    books.pay_each(six[:3], 20_00, pot=other)
    books.pay_each(six, 1_500, pot=yen)
    sums = frozen()
    assert sums["EUR"] == NOT_SHOWN, "three people, of two pots"
    assert (sums["JPY"]["paid_out"], sums["JPY"]["money_back"]) == (9000, 9000)


def test_a_pot_that_was_opened_later_is_in_no_month_before(books):
    Pot.objects.update(created_at=midnight(NEXT_MONTH))
    assert frozen() == {}


def test_what_was_there_in_the_beginning_is_no_gift(books):
    for _ in range(6):
        actions.write_gift(
            books.pot, amount=10_00, on_day=ON_THE_FIFTH, by=books.ann, kind=EntryKind.OPENING
        )
    assert frozen()["EUR"]["given"] is None


def test_what_came_back_of_money_ahead_is_taken_off(books, six):
    for expense in books.pay_each(six, 100_00, AHEAD):
        actions.say_spent(expense, spent=80_00, by=expense.payee)
        actions.settle_expense(
            expense, saw=expense.spending_version, on_day=ON_THE_FIFTH, by=books.ann
        )
    assert frozen()["EUR"]["money_ahead"] == 480


def test_a_gift_that_was_typed_wrong_is_neither_a_gift_nor_someones_share(books, monkeypatch):
    *_, wrong = books.give(10_00, 10_00, 10_00, 10_00, 1_000_00)
    monkeypatch.setattr("mutualaid.clock.today", lambda: ON_THE_FIFTH)
    actions.set_right(wrong, amount=10_00, on_day=ON_THE_FIFTH, by=books.ann)
    assert frozen()["EUR"]["given"] == 50


def test_what_is_set_right_after_its_month_was_frozen_is_taken_off_a_later_one(books, six):
    first, *_ = books.pay_each(six, 20_00)
    assert frozen()["EUR"]["paid_out"] == 120
    actions.take_back_payment(first, saw=first.version, by=books.ann)
    today = timezone.localdate()
    books.pay_each(six, 30_00, on_day=today)
    assert frozen(today.replace(day=1))["EUR"]["paid_out"] == 160


# Who counts as one person


def test_neighbours_whom_the_site_can_not_tell_apart_count_for_no_one(books, six, carla):
    for n in range(6):
        books.pay(carla, 20_00, HELP, payee=None, payee_words=f"Neighbour {n}, in cash")
    assert frozen()["EUR"]["paid_out"] is None


@pytest.mark.parametrize(("households", "paid_out"), [(5, 100), (1, None)])
def test_who_asked_without_an_account_is_one_however_many_tasks_they_have(
    households, paid_out, books, carla
):
    asks = [_household() for _ in range(households)]
    for n in range(5):
        claim = closing.claimed(carla, factories.need(of=asks[n % households]))
        books.pay(carla, 20_00, HELP, payee=None, claim=claim)
    assert frozen()["EUR"]["paid_out"] == paid_out


def test_who_has_an_account_is_one_as_a_volunteer_and_as_a_neighbour(books, six, carla):
    books.pay_each(six[:4], 20_00)
    of_the_first = factories.ask(account=six[0])
    claim = closing.claimed(carla, of_the_first.needs.first())
    books.pay(carla, 10_00, HELP, payee=None, claim=claim)
    assert frozen()["EUR"]["paid_out"] is None


def test_of_a_sensitive_ask_no_one_knows_who_it_was(books, six, carla):
    books.pay_each(six[:4], 20_00)
    ask = _household()
    Ask.objects.filter(pk=ask.pk).update(veiled=True)
    books.pay(carla, 10_00, HELP, payee=None, claim=closing.claimed(carla, ask.needs.first()))
    assert frozen()["EUR"]["paid_out"] is None


def test_whose_account_was_erased_before_the_month_was_frozen_counts_for_no_one(books, six):
    books.pay_each(six[:5], 20_00)
    erase_account(six[0])
    assert frozen()["EUR"]["paid_out"] is None


def test_a_month_that_is_frozen_too_late_says_nothing_and_guesses_nothing(books, six):
    """The site was off until no one needed to know any more who was paid."""
    books.pay_each(six, 20_00)
    Expense.objects.update(payee_known_until=timezone.now())
    assert frozen() == {"EUR": NOT_SHOWN}


def test_a_month_is_frozen_before_it_is_forgotten_who_was_paid(books, six):
    expense = books.pay(six[0], 20_00)
    three_days_late = midnight(NEXT_MONTH + timedelta(days=3))
    assert expense.payee_known_until > three_days_late + timedelta(days=21)


# Frozen


def test_money_is_written_once_with_its_month_and_never_changes(books, six):
    books.pay_each(six, 20_00)
    before = frozen()
    books.pay_each(six, 40_00)
    assert not freeze(LAST_MONTH)
    row = MonthMoney.objects.get()
    assert {name: getattr(row, name) for name in SUMS} == before["EUR"]
    with pytest.raises(Frozen):
        row.save()


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_write_it_once(books):
    books.pay_each([factories.person() for _ in range(6)], 20_00)
    assert sorted(at_once([lambda: freeze(LAST_MONTH)] * 2)) == [False, True]
    assert MonthMoney.objects.get().paid_out == 120


# On the page


def test_money_that_is_changed_later_no_longer_fits_the_record(books, six):
    factories.set_policy(has_record=True)
    books.pay_each(six, 20_00)
    frozen()
    recorded.seal()
    call_command("check_record")
    MonthMoney.objects.update(paid_out=180)
    with pytest.raises(CommandError, match="what it tells of was changed since: The numbers of"):
        call_command("check_record")


@pytest.fixture
def shown(books, six):
    ended(11, "fulfilled")
    books.give(100_00, 20_00, 30_00, 40_00, 50_00)
    books.pay_each(six, 12_34)
    books.pay_each(six[:5], 123_45, AHEAD)
    frozen()
    return books


def test_the_page_shows_the_money_of_its_month_beside_what_was_met(shown, client):
    words = text_of(on_the_page(client))
    assert "Asked 10 Met 10 Not met fewer than 5" in words
    sums = "Given €240 Paid out €690 Money back €75 Money ahead €620 Direct help less than €5"
    assert sums in words
    assert words.index("Not met fewer than 5") < words.index(sums) < words.index("By area")


def test_a_sum_that_is_withheld_is_said_to_be(books, six, client):
    books.pay_each(six[:4], 12_34)
    frozen()
    words = text_of(on_the_page(client))
    assert "Given not shown Paid out not shown" in words
    assert "if at least five people got some" in words
    assert "Direct help" not in words


def test_csv_and_json_say_the_same_as_the_page(shown, client):
    answer = client.get("/numbers/money.csv")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode())))
    month = f"{LAST_MONTH:%Y-%m}"
    assert rows == [
        {
            "month": month, "currency": "EUR", "given": "240", "paid_out": "690", "money_back": "75",
            "money_ahead": "620", "direct_help": "<5",
        }
    ]  # fmt: skip
    data = client.get("/numbers/numbers.json").json()["money"]
    assert [{name: str(cell) for name, cell in row.items()} for row in data] == rows


def test_amounts_are_written_as_the_readers_language_does(shown, client):
    page = client.get("/numbers/", HTTP_ACCEPT_LANGUAGE="es").content.decode()
    assert "<bdi>240 €</bdi>" in page


def test_a_site_without_a_pot_has_the_page_it_had(shown, client):
    factories.set_policy(has_pot=False)
    with CaptureQueriesContext(connection) as queries:
        page = canary.without_tokens(on_the_page(client))
    assert "monthmoney" not in str(queries.captured_queries)
    assert client.get("/numbers/money.csv").status_code == 404
    assert client.get("/numbers/numbers.json").json().keys() == {"rounded_to", "rows"}
    MonthMoney.objects.all().delete()
    assert canary.without_tokens(on_the_page(client)) == page
    assert "Money" not in page


def test_where_there_is_no_pot_no_money_is_written_down(books, six):
    books.pay_each(six, 20_00)
    factories.set_policy(has_pot=False)
    assert frozen() == {}


def test_the_money_of_a_group_that_has_ended_stays(shown, client):
    today = timezone.localdate()
    change_group(by=None, changes={"ends_on": today, "ended_on": today})
    assert "Paid out €690" in text_of(on_the_page(client))
    assert client.get("/numbers/money.csv").status_code == 200


def test_nothing_of_anyone_is_in_what_is_published(books, six, client):
    for person in six:
        books.pay(person, 20_00, purpose=money.PURPOSE, payee_words=money.PAYEE_WORDS)
    factories.need()
    frozen()
    secrets = (
        money.PURPOSE, money.PAYEE_WORDS, "Neighbour 3", str(six[3].email), "Ann", "20.00", books.pot.name,
        *canary.SECRETS,
    )  # fmt: skip
    for path in ("/numbers/", "/numbers/money.csv", "/numbers/numbers.json"):
        page = client.get(path).content.decode()
        assert "120" in page
        assert stored.leaks(secrets, page) == [], path


def _household():
    """An ask of someone without an account."""
    return factories.ask()
