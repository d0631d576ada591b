"""Of each table of cases a few rows, and of each property a few examples: `pytest -p tests.support.few`.

So every test says its sentence in a minute or two, and the long tables are left to `make test`.
"""

from collections import defaultdict
from typing import TypeVar

import hypothesis
import pytest

T = TypeVar("T")
ROWS = 2
EXAMPLES = 20
ALL_EXAMPLES = 100
"""Hypothesis's own number, of a run without this plugin."""


@pytest.hookimpl(trylast=True)
def pytest_configure() -> None:
    """Ask each property a few times only."""
    usual = hypothesis.settings()
    hypothesis.settings.register_profile("few", usual, max_examples=EXAMPLES)
    hypothesis.settings.load_profile("few")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what lies between the rows that are kept: the first, the last, and evenly on the way."""
    tables: dict[str, list[pytest.Item]] = defaultdict(list)
    for item in items:
        tables[item.nodeid.partition("[")[0]].append(item)
    kept = {item for table in tables.values() for item in some_of(table)}
    config.hook.pytest_deselected(items=[item for item in items if item not in kept])
    items[:] = [item for item in items if item in kept]


def examples(usual: int) -> int:
    """How often to ask a property that names a number of its own: `usual`, or a fifth of it here."""
    return usual * hypothesis.settings().max_examples // ALL_EXAMPLES


def some_of(table: list[T]) -> list[T]:
    if len(table) <= ROWS:
        return table
    return [table[number * (len(table) - 1) // (ROWS - 1)] for number in range(ROWS)]
