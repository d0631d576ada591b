"""The statement of one need, put together once and run for each ring and batch: that takes the longest."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import QuerySet, Value


@dataclass(frozen=True)
class Slot:
    """A parameter that is named when the statement is put together, and given when it is run."""

    name: str


def slot(name: str) -> Value:
    """Stand for a number in a query that becomes a `Statement`."""
    return Value(Slot(name))


class Statement:
    """The SQL of a query with slots. Django's own parameters stay as they were when it was made."""

    def __init__(self, rows: "QuerySet[Any, Any]") -> None:
        self._compiler = rows.query.get_compiler(connection.alias)
        self._sql, self._params = self._compiler.as_sql()

    def rows(self, start: int, stop: int, **slots: float) -> list[Sequence[Any]]:
        """The rows from `start` up to `stop`, as the query would give them."""
        params = [*self._filled(slots), stop - start, start]
        found = self._run(f"{self._sql} LIMIT %s OFFSET %s", params)
        return list(self._compiler.results_iter([found]))

    def rows_where(self, column: str, value: int, **slots: float) -> list[Sequence[Any]]:
        """The rows that have this `value` in a column, in no order."""
        name = connection.ops.quote_name(column)
        sql = f"SELECT * FROM ({self._sql}) AS found WHERE {name} = %s"  # noqa: S608  our own
        found = self._run(sql, [*self._filled(slots), value])
        return list(self._compiler.results_iter([found]))

    def column_among(self, column: str, values: Collection[int], **slots: float) -> set[int]:
        """Which of these `values` stand in this column of the query's rows now."""
        if not values:
            return set()
        marks = ", ".join(["%s"] * len(values))
        name = connection.ops.quote_name(column)
        sql = f"SELECT {name} FROM ({self._sql}) AS found WHERE {name} IN ({marks})"  # noqa: S608  our own
        return {value for (value,) in self._run(sql, [*self._filled(slots), *values])}

    def _filled(self, slots: dict[str, float]) -> list[Any]:
        return [slots[one.name] if isinstance(one, Slot) else one for one in self._params]

    def _run(self, sql: str, params: list[Any]) -> list[Any]:
        with connection.cursor() as cursor:
            cursor.execute(sql, params)
            return list(cursor.fetchall())
