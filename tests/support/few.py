"""Of each table of cases one row, and of each property a few examples: `pytest -p tests.support.few`.

So every test says its sentence in a minute or two, and the long tables are left to `make test`.
"""

import hypothesis
import pytest

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
    """Keep the first row of each table, of those that are left when markers have chosen."""
    first: dict[str, pytest.Item] = {}
    for item in items:
        first.setdefault(item.nodeid.partition("[")[0], item)
    kept = set(first.values())
    config.hook.pytest_deselected(items=[item for item in items if item not in kept])
    items[:] = [item for item in items if item in kept]


def examples(usual: int) -> int:
    """How often to ask a property that names a number of its own: `usual`, or a fifth of it here."""
    return usual * hypothesis.settings().max_examples // ALL_EXAMPLES
