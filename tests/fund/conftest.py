"""A group with a pot: Alma, Bela and Cora say yes to money, Sam asks for some, Carla coordinates."""

import pytest

from mutualaid.fund.models import Expense, Pot
from mutualaid.people.models import User
from tests.support import factories, money


@pytest.fixture
def alma(db: None) -> User:
    factories.set_policy(has_pot=True)
    return money.approver("Alma")


@pytest.fixture
def bela(alma: User) -> User:
    return money.approver("Bela")


@pytest.fixture
def cora(alma: User) -> User:
    return money.approver("Cora")


@pytest.fixture
def pot(alma: User) -> Pot:
    """It holds $100. From $50 on, two people say yes."""
    return money.our_pot()


@pytest.fixture
def bought(pot: Pot, sam: User) -> Expense:
    """Sam's money back for milk and bread: $12.50, for which one yes is enough."""
    return money.expense(pot, by=sam)
