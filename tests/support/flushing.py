"""On SQLite what a test with real transactions leaves is deleted row by row, also what triggers hold."""

from collections.abc import Iterable
from typing import Any

from django.db import connections, transaction
from django.db.backends.base.operations import BaseDatabaseOperations

from mutualaid.fund.triggers import TRIGGERS as OF_POTS
from mutualaid.record.triggers import TRIGGERS as OF_THE_RECORD
from mutualaid.triggers import lifted

_flush: Any = BaseDatabaseOperations.execute_sql_flush


def flush_past_triggers() -> None:
    """Lift them for each flush of this process. PostgreSQL truncates, which they do not see."""
    BaseDatabaseOperations.execute_sql_flush = _flush_past_triggers  # type: ignore[assignment, method-assign]


def _flush_past_triggers(operations: Any, statements: Iterable[str]) -> None:
    alias = operations.connection.alias
    if connections[alias].vendor == "sqlite":
        with transaction.atomic(alias), lifted(alias, OF_POTS, OF_THE_RECORD):
            _flush(operations, statements)
    else:
        _flush(operations, statements)
