"""A glance at everything in a minute and a half: `pytest -p tests.support.few`.

Of each file the first tests that use a database, of each table of cases the first row, of each property a
few examples. The rest is left to `make test`.
"""

from collections import Counter
from pathlib import Path

import hypothesis
import pytest

from tests.support.databases import uses_a_database

WITH_A_DATABASE = 3
"""So many tests of a file may use one. They take a hundred times as long as the others."""
EXAMPLES = 20
ALL_EXAMPLES = 100
"""Hypothesis's own number, of a run without this plugin."""


@pytest.hookimpl(trylast=True)
def pytest_configure() -> None:
    """Ask each property a few times only."""
    usual = hypothesis.settings()
    hypothesis.settings.register_profile("few", usual, max_examples=EXAMPLES)
    hypothesis.settings.load_profile("few")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Choose from those that are left when markers have chosen."""
    seen: set[str] = set()
    with_a_database: Counter[Path] = Counter()
    kept: list[pytest.Item] = []
    left_out: list[pytest.Item] = []
    for item in items:
        table = item.nodeid.partition("[")[0]
        is_first = table not in seen
        seen.add(table)
        if is_first and uses_a_database(item):
            with_a_database[item.path] += 1
            is_first = with_a_database[item.path] <= WITH_A_DATABASE
        (kept if is_first else left_out).append(item)
    config.hook.pytest_deselected(items=left_out)
    items[:] = kept


def examples(usual: int) -> int:
    """How often to ask a property that names a number of its own: `usual`, or a fifth of it here."""
    return usual * hypothesis.settings().max_examples // ALL_EXAMPLES
