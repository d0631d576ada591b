"""Many rows written by one statement whose SQL is kept, all of them in one JSON document."""

import json
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import AutoField, Field, Model
from django.db.models.expressions import DatabaseDefault

from mutualaid.statements.kept import is_written_anew, preparing_cursor


def write_all(
    rows: Sequence[Model], *, unique: tuple[str, ...], update: tuple[str, ...]
) -> list[tuple[Any, ...]]:
    """Create these rows of one model; where one with the same `unique` fields is there, `update` it.

    It does what `bulk_create` does with `update_conflicts`, but for the ids, which stand in no row: returns
    the key and then the `unique` columns of each, in any order.
    """
    if not rows:
        return []
    model = type(rows[0])
    if is_written_anew():
        made = model._default_manager.bulk_create(
            rows, update_conflicts=True, unique_fields=unique, update_fields=update
        )
        columns = [field.attname for field in _named(model, unique)]
        return [(row.pk, *(getattr(row, column) for column in columns)) for row in made]
    connection = connections[DEFAULT_DB_ALIAS]
    insert = _insert(connection.vendor, model, unique, update)
    document = [
        {name: _value(field, row, connection) for name, field in insert.fields.items()}
        for row in rows
    ]
    with preparing_cursor(connection) as cursor:
        cursor.execute(insert.sql, [json.dumps(document, default=_plain)])
        return list(cursor.fetchall())


class _Insert(NamedTuple):
    sql: str
    fields: "dict[str, Field[Any, Any]]"
    """By their names in the document."""


@lru_cache
def _insert(
    vendor: str, model: type[Model], unique: tuple[str, ...], update: tuple[str, ...]
) -> _Insert:
    connection = connections[DEFAULT_DB_ALIAS]
    meta: Any = model._meta
    quoted: Any = connection.ops.quote_name
    written = [field for field in meta.local_concrete_fields if not isinstance(field, AutoField)]
    fields = {f"c{n}": field for n, field in enumerate(written)}
    if vendor == "postgresql":
        typed = ", ".join(f"{name} {field.db_type(connection)}" for name, field in fields.items())
        values, source = list(fields), f"json_to_recordset(%s::json) AS document({typed})"
    else:
        values, source = [f"json_extract(value, '$.{name}')" for name in fields], "json_each(%s)"
    given = [
        f"COALESCE({value}, {_default(field)})" if field.has_db_default() else value
        for value, field in zip(values, written, strict=True)
    ]
    names = [quoted(field.column) for field in written]
    conflict = [quoted(field.column) for field in _named(model, unique)]
    changed = [quoted(field.column) for field in _named(model, update)]
    changes = ", ".join(f"{name} = EXCLUDED.{name}" for name in changed)
    key = quoted(meta.pk.column)
    return _Insert(
        f"INSERT INTO {quoted(meta.db_table)} ({', '.join(names)}) "  # noqa: S608  names of our own tables
        # Without a condition SQLite would read ON as that of a join.
        f"SELECT {', '.join(given)} FROM {source} WHERE true "
        f"ON CONFLICT ({', '.join(conflict)}) DO UPDATE SET {changes} "
        f"RETURNING {', '.join([key, *conflict])}",
        fields,
    )


def _named(model: type[Model], names: tuple[str, ...]) -> list[Any]:
    return [model._meta.get_field(name) for name in names]


def _default(field: "Field[Any, Any]") -> str:
    """What the database writes where no value is given. Raises `ValueError` where that has parameters."""
    expression: Any = field.db_default
    compiler = field.model._default_manager.all().query.get_compiler(DEFAULT_DB_ALIAS)
    sql, params = compiler.compile(expression)
    if params or field.null:
        raise ValueError(field.name)
    return str(sql)


def _value(field: "Field[Any, Any]", row: Model, connection: Any) -> Any:
    value = field.pre_save(row, add=True)
    if isinstance(value, DatabaseDefault):
        return None
    return field.get_db_prep_save(value, connection)


def _plain(value: Any) -> Any:
    """A date, a UUID, or JSON as the driver of PostgreSQL wraps it."""
    return value.obj if hasattr(value, "obj") else str(value)
