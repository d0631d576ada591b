"""What a clever reader can work out from the published sums of money: nothing exactly."""

import random
from collections import Counter
from collections.abc import Hashable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ortools.sat.python import cp_model

from mutualaid.numbers.models import MOST_DIGITS, PAID_KINDS
from mutualaid.numbers.sums import LEAST_PEOPLE, Moved, published_sums, rounded_sum
from tests.support.few import examples

CENTS = 10
"""Thousandths."""
MOST = 400_00
"""In cents, of one person in one kind."""
STRANGERS = 2
"""People who got nothing, as far as no one but the reader knows."""


def moved(*amounts, unknown=0, undone=0):
    """So many cents each to another person, some to whom no one knows, and some taken off."""
    shares = Counter[Hashable]({n: cents * CENTS for n, cents in enumerate(amounts) if cents})
    left = (sum(amounts) + unknown - undone) * CENTS
    return Moved(left, shares, unknown * CENTS)


@pytest.mark.parametrize(
    ("cents", "published"),
    [
        (0, 0), (4_99, 0), (5_00, 5), (7_49, 5), (7_50, 10), (97_49, 95), (97_50, 100), (104_99, 100),
        (105_00, 110), (999_99, 1000), (1_234_00, 1200), (1_250_00, 1300), (98_765_43, 99000),
    ],
)  # fmt: skip
def test_a_sum_is_rounded_to_five_and_from_a_hundred_on_to_two_digits(cents, published):
    assert rounded_sum(cents * CENTS) == published


@given(st.integers(0, 10 ** (MOST_DIGITS + 2)), st.integers(0, 10**6))
def test_more_money_is_never_published_as_less_and_none_is_off_by_more_than_a_twentieth(sum_, more):
    published = rounded_sum(sum_)
    assert published <= rounded_sum(sum_ + more)
    assert published == 0 or abs(published * 1000 - sum_) <= max(2_500, sum_ / 20)


@pytest.mark.parametrize(
    ("sum_", "is_shown"),
    [
        (moved(10_00, 10_00, 10_00, 10_00, 10_00), True),
        (moved(10_00, 10_00, 10_00, 10_00), False),
        (moved(40_00, 10_00, 10_00, 10_00, 10_00), True),
        (moved(40_01, 10_00, 10_00, 10_00, 10_00), False),
        (moved(30_00, 10_00, 10_00, 10_00, 10_00, unknown=10_00), True),
        (moved(30_00, 10_00, 10_00, 10_00, 10_00, unknown=10_01), False),
        (moved(10_00, 10_00, 10_00, 10_00, unknown=10_00), False),
        (moved(10_00, 10_00, 10_00, 10_00, 10_00, undone=30_01), False),
        (moved(unknown=100_00), False),
        (moved(), False),
    ],
)
def test_a_sum_is_shown_if_five_people_got_some_and_no_one_more_than_half(sum_, is_shown):
    assert (sum_.published() is not None) == is_shown


def test_of_the_kinds_all_are_shown_or_none():
    many, few = moved(*[20_00] * 8), moved(20_00, 20_00)
    alone = published_sums(
        moved(), {"money_back": many, "money_ahead": moved(), "direct_help": moved()}
    )
    assert alone == {
        "given": None, "paid_out": 160, "money_back": 160, "money_ahead": 0, "direct_help": 0,
    }  # fmt: skip
    beside = published_sums(
        moved(), {"money_back": many, "money_ahead": moved(), "direct_help": few}
    )
    assert beside == {"given": None, "paid_out": 200} | dict.fromkeys(PAID_KINDS)


def test_someone_who_got_money_of_two_kinds_is_one_person():
    kinds = {"money_back": moved(20_00, 20_00, 20_00), "money_ahead": moved(20_00, 20_00, 20_00)}
    assert published_sums(moved(), kinds)["paid_out"] is None


# What can be worked out


def random_money(dice):
    """Cents by sum and person: what a small group gives and pays in a month."""
    people = range(dice.choice([0, 1, 3, 5, 6, 8, 12]) + STRANGERS)
    share = dice.choice([0.2, 0.5, 0.9])
    most = dice.choice([10, 20_00, MOST])
    return {
        what: [
            dice.randint(1, most) if n >= STRANGERS and dice.random() < share else 0 for n in people
        ]
        for what in ("given", *PAID_KINDS)
    }


def publish(month):
    sums = {what: moved(*amounts) for what, amounts in month.items()}
    return published_sums(sums["given"], {kind: sums[kind] for kind in PAID_KINDS})


class Reader:
    """Someone who knows the rules, who could have been paid, and what one of them got; not the rest.

    The variables of `model` are every month that would be published alike, by the rules as they are written
    in ADR 108 and not by our code.
    """

    def __init__(self, month, insider):
        self.model = cp_model.CpModel()
        self.month, self.published = month, publish(month)
        self.cents = {
            what: [self.model.new_int_var(0, MOST, "") for _ in amounts]
            for what, amounts in month.items()
        }
        for what, amounts in month.items():
            self.model.add(self.cents[what][insider] == amounts[insider])
        people = range(len(month["given"]))
        wholes = [self.model.new_int_var(0, 3 * MOST, "") for _ in people]
        for n in people:
            self.model.add(wholes[n] == sum(self.cents[kind][n] for kind in PAID_KINDS))
        self._follow_rules(wholes)

    def _follow_rules(self, wholes):
        model, published = self.model, self.published
        model.add_bool_or([self._is_shown_alike(self.cents["given"], published["given"])])
        model.add_bool_or([self._is_shown_alike(wholes, published["paid_out"])])
        if published["money_back"] is not None:
            for kind in PAID_KINDS:
                amounts = self.cents[kind]
                model.add_bool_or([self._is_nothing(amounts), self._is_of_many(amounts)])
                model.add_linear_constraint(sum(amounts), *published_alike(published[kind]))
        elif published["paid_out"] is not None:
            model.add_bool_or([self._is_of_few(self.cents[kind]) for kind in PAID_KINDS])

    def _is_shown_alike(self, amounts, shown):
        if shown is None:
            return self._if(lambda: self._is_nothing(amounts), lambda: self._is_of_few(amounts))
        self.model.add_linear_constraint(sum(amounts), *published_alike(shown))
        return self._is_of_many(amounts)

    def _if(self, *ways):
        """Return a variable that implies one of these."""
        one = self.model.new_bool_var("")
        self.model.add_bool_or([way() for way in ways]).only_enforce_if(one)
        return one

    def _is_nothing(self, amounts):
        nothing = self.model.new_bool_var("")
        self.model.add(sum(amounts) == 0).only_enforce_if(nothing)
        return nothing

    def _is_of_many(self, amounts):
        """Return a variable that implies it."""
        many = self.model.new_bool_var("")
        self.model.add(sum(self._got_some(amounts)) >= LEAST_PEOPLE).only_enforce_if(many)
        for cents in amounts:
            self.model.add(2 * cents <= sum(amounts)).only_enforce_if(many)
        return many

    def _is_of_few(self, amounts):
        """Return a variable that implies that there is something, and that it is not of many."""
        few = self.model.new_bool_var("")
        self.model.add(sum(amounts) >= 1).only_enforce_if(few)
        fewer = self.model.new_bool_var("")
        self.model.add(sum(self._got_some(amounts)) < LEAST_PEOPLE).only_enforce_if(fewer)
        ways = [fewer]
        for cents in amounts:
            got_most = self.model.new_bool_var("")
            self.model.add(2 * cents > sum(amounts)).only_enforce_if(got_most)
            ways.append(got_most)
        self.model.add_bool_or(ways).only_enforce_if(few)
        return few

    def _got_some(self, amounts):
        some = [self.model.new_bool_var("") for _ in amounts]
        for cents, got in zip(amounts, some, strict=True):
            self.model.add(cents >= 1).only_enforce_if(got)
            self.model.add(cents == 0).only_enforce_if(~got)
        return some

    def known_exactly(self, insider):
        """What is the same in every month that is published alike: sums, and amounts of the others."""
        true: dict[tuple[str, object], tuple[cp_model.LinearExprT, int]] = {}
        for what, people in self.cents.items():
            true[what, "sum"] = (sum(people), sum(self.month[what]))
            for n, cents in enumerate(people):
                if n != insider:
                    true[what, n] = (cents, self.month[what][n])
        differs = {name: self.model.new_bool_var("") for name in true}
        for name, (unknown, amount) in true.items():
            self.model.add(unknown != amount).only_enforce_if(differs[name])
        left = set(true)
        while left:
            self.model.add_bool_or([differs[name] for name in left])
            solver = cp_model.CpSolver()
            solver.parameters.num_workers = 1
            status = solver.solve(self.model)
            if status == cp_model.INFEASIBLE:
                break
            assert status == cp_model.OPTIMAL
            left -= {name for name in left if solver.value(differs[name])}
        return left


def published_alike(shown):
    """From how many cents to how many a sum is published as `shown`."""
    return first_cent_of(shown), first_cent_of(shown + 1) - 1


def first_cent_of(shown):
    """The fewest cents that are published as this or more."""
    low, high = 0, (shown + 10) * 200
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if rounded_sum(middle * CENTS) >= shown else (middle + 1, high)
    return low


@pytest.mark.slow
def test_no_sum_and_no_ones_amount_in_random_months_can_be_worked_out_exactly():
    dice = random.Random(113)
    shown = Counter[str]()
    for _ in range(examples(100)):
        month = random_money(dice)
        insider = dice.randrange(len(month["given"]))
        reader = Reader(month, insider)
        shown.update(what for what, sum_ in reader.published.items() if sum_ is not None)
        assert reader.known_exactly(insider) == set(), month
    assert all(shown[what] for what in ("given", "paid_out", "money_back")), shown


def test_the_reader_would_find_what_is_given_away():
    """Of two kinds, one of many and one of a single person, the whole beside the first tells the second."""
    month = {kind: [0, 0, 0, 0, 0, 0, 0] for kind in ("given", *PAID_KINDS)}
    month["money_back"], month["direct_help"][6] = [1_00, 1_00, 1_00, 1_00, 1_00, 1_00, 0], 2_00
    reader = Reader(month, insider=0)
    assert reader.known_exactly(0) == set()
    for kind in PAID_KINDS:
        reader.model.add(sum(reader.cents[kind]) == sum(month[kind]))
    assert ("direct_help", "sum") in reader.known_exactly(0)
