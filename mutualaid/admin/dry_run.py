"""What would happen, told by doing it and taking it back."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction


@contextmanager
def dry_run() -> Iterator[None]:
    """Do what is within and take it back, so that a page can say beforehand what an action does.

    Rows read within are not to be used afterwards. What waits for the commit never starts.
    """
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
