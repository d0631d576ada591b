"""Build rows that many tests start from once for a module; each test's changes are rolled back."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from typing import TypeVar

from django.db import transaction
from pytest_django import DjangoDbBlocker

T = TypeVar("T")


@contextmanager
def built_once(build: Callable[[], T], blocker: DjangoDbBlocker) -> Iterator[Callable[[], T]]:
    """Build within a transaction that is never committed, and yield a function that makes copies.

    Django's `setUpTestData` for pytest: each test runs in a savepoint of this transaction, and gets
    objects of its own. Not for a module with `transaction=True`, whose tests commit.
    """
    with blocker.unblock():
        outer = transaction.atomic()
        outer.__enter__()
        try:
            built = build()
        except BaseException as error:
            outer.__exit__(type(error), error, error.__traceback__)
            raise
    yield lambda: deepcopy(built)
    with blocker.unblock():
        transaction.set_rollback(True)
        outer.__exit__(None, None, None)
