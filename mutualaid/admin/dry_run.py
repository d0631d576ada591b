"""Finding out what an action would do by doing it and rolling it back."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction


@contextmanager
def dry_run() -> Iterator[None]:
    """Roll back whatever the block does, so that a page can say beforehand what an action would do.

    Do not use rows read within the block afterwards. `on_commit` callbacks never run.
    """
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
