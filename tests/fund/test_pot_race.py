"""Whole processes say yes, pay and change at once, as workers do: nothing is paid that must not be.

The long form, with speeds, is `make bench-pot`.
"""

import pytest
from django.db import connection

from mutualaid.fund.models import Expense, Pot
from tests.benchmarks.pot_tries import a_pot_for, harm_done
from tests.benchmarks.racing import POT, race, tries_for


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_four_processes_on_one_pot_pay_nothing_that_must_not_be_paid():
    pot_id, expenses, approvers = a_pot_for(8, covers=5, approvers=4)
    connection.commit()
    outcome = race(POT, tries_for(expenses, approvers, 30), processes=4, limit=0)
    assert harm_done(pot_id) == (0, 0, 0, 0)
    assert sum(outcome.results.values()) == 240
    assert {"won", "late", "not theirs"} <= outcome.results.keys()
    paid = Expense.objects.without_words().filter(pot=pot_id, payment__isnull=False)
    pot = Pot.objects.get(pk=pot_id)
    assert sum(expense.amount for expense in paid) == 5 * 4_00 - pot.balance > 0
