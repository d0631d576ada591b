"""Which tests use a database, and which have to be run on each kind of database."""

import pytest


def uses_a_database(item: pytest.Item) -> bool:
    """pytest-django lets no other test near one."""
    return "django_db" in item.keywords or "db" in getattr(item, "fixturenames", ())


def depends_on_the_database(item: pytest.Item) -> bool:
    uses = uses_a_database(item) and "one_database" not in item.keywords
    return uses or "each_database" in item.keywords
