"""A database of its own for a benchmark."""

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def throwaway_database() -> Iterator[None]:
    """Make a test database for the block, and destroy it. Call it after Django's setup."""
    from django.db import connection

    from mutualaid.singleton.reading import read_once
    from tests.support.migrated import begin_test_database

    before = connection.settings_dict["NAME"]
    is_there = begin_test_database(connection)
    connection.creation.create_test_db(verbosity=0, autoclobber=True, keepdb=is_there)
    try:
        with read_once():  # as a task or a command does
            yield
    finally:
        connection.creation.destroy_test_db(before, verbosity=0)
