"""Queries whose SQL is put together once, for each shape of them."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from copy import copy
from dataclasses import dataclass
from enum import Enum
from functools import cache, lru_cache, partial, wraps
from itertools import count
from types import MappingProxyType, SimpleNamespace
from typing import Any, Generic, Literal, NamedTuple, ParamSpec, TypeVar, cast

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import DateField, DurationField, Expression, Field, QuerySet
from django.db.models.sql import UpdateQuery

Shape = ParamSpec("Shape")
Row = TypeVar("Row")
MOST_SHAPES = 512
"""Statements kept of one kind; more would be shapes that are none."""
MOST_TEXTS = 2_048
"""Texts of kept SQL whose marks are numbered once."""
ALL_ROWS = 2**63 - 1


class Baked(Exception):
    """A value would stay in SQL that is kept, and the next need would be answered with it."""


@dataclass(frozen=True, eq=False)
class _Parameter:
    ask: Callable[[Mapping[str, Any]], Any]
    field: "Field[Any, Any] | None"
    many: str = ""
    """What an array of them is in PostgreSQL."""
    is_constant: bool = False

    def value(self, given: Mapping[str, Any], connection: Any) -> Any:
        """As the database takes it."""
        value = self.ask(given)
        if self.many:
            return list(value) if connection.vendor == "postgresql" else json.dumps(list(value))
        if isinstance(self.field, DateField | DurationField):  # others are taken as they are
            return self.field.get_db_prep_value(value, connection)
        return value


class Given(Expression):
    """A value that is given when the query runs, and not when it is written.

    In a query that is run at once, without `compiled`, it is asked for while its SQL is written.
    """

    def __init__(self, parameter: _Parameter) -> None:
        super().__init__(output_field=parameter.field)
        self.parameter = parameter

    def as_sql(self, compiler: Any, connection: Any, **_: Any) -> tuple[str, tuple[Any, ...]]:
        mark = _array(self.parameter.many, connection) if self.parameter.many else "%s"
        if _compiling.get():
            return mark, (self.parameter,)
        return mark, (self.parameter.value(_given.get(), connection),)

    def get_group_by_cols(self) -> list[Any]:
        return []


def slot(name: str, field: "Field[Any, Any] | None" = None) -> Given:
    """What is given by this name when the statement runs."""
    return Given(_Parameter(lambda given: given[name], field))


def slots(name: str, of: Literal["bigint", "text"] = "bigint") -> Given:
    """Ids or texts that are given by this name, as one array: for `__in`."""
    return Given(_Parameter(lambda given: given[name], None, many=of))


def late(ask: Callable[[], Any], field: "Field[Any, Any]") -> Given:
    """What `ask` says whenever the query runs: a value of the policy, or the day."""
    return Given(_Parameter(lambda _: ask(), field))


def constant(value: Any, field: "Field[Any, Any] | None" = None) -> Given:
    """A number that is part of a rule, and the same for every need."""
    return Given(_Parameter(lambda _: value, field, is_constant=True))


def is_compiling() -> bool:
    """Whether a query is being built whose SQL is kept: what is read now would stay in it."""
    return _compiling.get()


@contextmanager
def filled(**given: Any) -> Iterator[None]:
    """Let queries with slots run as they are within the block, as the ORM runs any query."""
    before = _given.set(given)
    try:
        yield
    finally:
        _given.reset(before)


class Statement(Generic[Row]):
    """The SQL of a query with slots."""

    def __init__(self, rows: "QuerySet[Any, Row]", *, is_prepared: bool = True) -> None:
        self._is_prepared = is_prepared
        self._iterable: Any = rows._iterable_class
        self._model = rows.model
        self._compiled = _compile(rows.query)

    def rows(self, **given: Any) -> list[Row]:
        """What the query finds, as it would give it. Raises `KeyError` for a slot that is not given."""
        return self.made_of(self.found(**given))

    def found(self, **given: Any) -> list[tuple[Any, ...]]:
        """The same as the database gives it. Raises `KeyError` for a slot that is not given."""
        sql, parameters = self._compiled.sql, self._compiled.parameters
        with _executed(sql, parameters, given, is_prepared=self._is_prepared) as cursor:
            return cast("list[tuple[Any, ...]]", cursor.fetchall())

    def made_of(self, found: Sequence[tuple[Any, ...]]) -> list[Row]:
        """What the query gives where the database has given this."""
        compiler = copy(self._compiled.compiler)
        compiler.connection = connections[DEFAULT_DB_ALIAS]
        compiler.execute_sql = lambda *_, **__: [found]
        compiler.get_converters = lambda _: self._compiled.converters
        query = SimpleNamespace(get_compiler=lambda *_, **__: compiler)
        source = SimpleNamespace(
            db=DEFAULT_DB_ALIAS, query=query, model=self._model, _known_related_objects={}
        )
        return list(self._iterable(source))


class Update(NamedTuple):
    """Rows, and what is written into them."""

    rows: "QuerySet[Any, Any]"
    values: Mapping[str, Any]


class UpdateStatement:
    """The SQL of a conditional update with slots."""

    def __init__(self, update: Update) -> None:
        query: Any = update.rows.query.chain(UpdateQuery)
        query.add_update_values(dict(update.values))
        query.annotations = {}
        query.clear_ordering(force=True)
        self._compiled = _compile(query)

    def run(self, **given: Any) -> int:
        """Write, and return how many rows were changed. Raises `KeyError` for a slot that is not given."""
        with _executed(self._compiled.sql, self._compiled.parameters, given) as cursor:
            return int(cursor.rowcount)


class Window(NamedTuple):
    """The rows of one query from `start` up to `stop`, in no order, with what other queries know of each.

    All give the key of a row first. Those `beside` are asked about the keys `in_window()` only, and have at
    most one row for each; where they have none, their columns are None.

    With `room`, a number for `this_row()`, only rows with room count, and it stands second among the columns.
    It is asked of one row after the other until the window is full: to ask it of all, where many are
    reached, takes longer than all else.
    """

    rows: "QuerySet[Any, tuple[Any, ...]]"
    beside: "Sequence[QuerySet[Any, tuple[Any, ...]]]"
    room: "QuerySet[Any, tuple[int]] | None" = None


class this_row(Expression):  # noqa: N801  read as the functions above
    """The key of the row whose `room` is asked."""

    def as_sql(self, compiler: Any, connection: Any, **_: Any) -> tuple[str, tuple[Any, ...]]:
        return "ranked.c0", ()


class in_window(Expression):  # noqa: N801  read as the functions above
    """The keys of the window, for `__in` in a query `beside` it."""

    def as_sql(self, compiler: Any, connection: Any, **_: Any) -> tuple[str, tuple[Any, ...]]:
        return "(SELECT c0 FROM p0)", ()


class WindowStatement:
    """The SQL of a `Window`: one statement, in which the other queries run for few rows."""

    def __init__(self, window: Window) -> None:
        rows, *beside = (_compile(query.query) for query in (window.rows, *window.beside))
        asked = [_compile(window.room.query)] if window.room is not None else []
        key, *others = _columns(rows.compiler)
        columns = [key, *("room" for _ in asked), *others]
        all_columns = ", ".join(columns)
        # Else PostgreSQL, which expects one row of the first, runs the others once for each.
        once = "MATERIALIZED " if connections[DEFAULT_DB_ALIAS].vendor == "postgresql" else ""
        with_room = ", ".join([key, *(f"({one.sql})" for one in asked), *others])
        has_room = " WHERE room > 0" if asked else ""
        parts = [
            # Their limits keep both databases from asking for the room before the rows are in order.
            f"ranked ({', '.join([key, *others])}) AS ({rows.sql} LIMIT {ALL_ROWS})",
            f"known ({all_columns}) AS (SELECT {with_room} FROM ranked LIMIT {ALL_ROWS})",  # noqa: S608
            f"p0 ({all_columns}) AS {once}(SELECT {all_columns} FROM known{has_room} LIMIT %s OFFSET %s)",  # noqa: S608
            *(
                f"p{n} ({', '.join(_columns(one.compiler))}) AS {once}({one.sql})"
                for n, one in enumerate(beside, start=1)
            ),
        ]
        selected = [f"p0.{column}" for column in columns]
        selected += [
            f"p{n}.{column}"
            for n, one in enumerate(beside, start=1)
            for column in _columns(one.compiler)[1:]
        ]
        joined = "".join(f" LEFT JOIN p{n} ON p{n}.c0 = p0.c0" for n in range(1, len(beside) + 1))
        self._sql = f"WITH {', '.join(parts)} SELECT {', '.join(selected)} FROM p0{joined}"  # noqa: S608
        self._parameters = [
            *rows.parameters,
            *(parameter for one in asked for parameter in one.parameters),
            _Parameter(lambda given: given["stop"] - given["start"], None),
            _Parameter(lambda given: given["start"], None),
            *(parameter for one in beside for parameter in one.parameters),
        ]
        self._compiler = rows.compiler
        of_key, *of_others = rows.compiler.select
        of_room = [select for one in asked for select in one.compiler.select]
        of_beside = [select for one in beside for select in one.compiler.select[1:]]
        read = [of_key, *of_room, *of_others, *of_beside]
        self._converters = self._compiler.get_converters([select[0] for select in read])

    def rows(self, start: int, stop: int, **given: Any) -> list[list[Any]]:
        """The columns of the rows, then of those beside them without their key.

        Raises `KeyError` for a slot that is not given.
        """
        given |= {"start": start, "stop": stop}
        with _executed(self._sql, self._parameters, given) as cursor:
            found = cursor.fetchall()
        return list(self._compiler.apply_converters(found, self._converters))


def compiled(build: "Callable[Shape, QuerySet[Any, Row]]") -> Callable[Shape, Statement[Row]]:
    """Let a function from a shape to a query return its `Statement`, made once for each shape."""
    return _kept(build, Statement)


def compiled_plain(build: "Callable[Shape, QuerySet[Any, Row]]") -> Callable[Shape, Statement[Row]]:
    """The same for a query that is planned in no time, and that each page runs.

    PostgreSQL does not prepare it: what is prepared fails from when an upgrade changes the type of a column
    until the process ends, and the release before goes on for that time.
    """
    return _kept(build, partial(Statement, is_prepared=False))


def compiled_update(build: Callable[Shape, Update]) -> Callable[Shape, UpdateStatement]:
    """The same for an update."""
    return _kept(build, UpdateStatement)


def compiled_window(build: Callable[Shape, Window]) -> Callable[Shape, WindowStatement]:
    """The same for a window."""
    return _kept(build, WindowStatement)


def is_written_anew() -> bool:
    """Whether it is within `written_anew`."""
    return _anew.get()


@contextmanager
def written_anew() -> Iterator[None]:
    """Let SQL be written at each run within the block, as the ORM does: benchmarks measure what is saved."""
    before = _anew.set(True)
    try:
        yield
    finally:
        _anew.reset(before)


def _kept(build: Callable[Shape, Any], statement: Callable[[Any], Any]) -> Callable[Shape, Any]:
    def write(_vendor: str, *args: Any, **kwargs: Any) -> Any:
        before = _compiling.set(True)
        try:
            return statement(build(*args, **kwargs))
        finally:
            _compiling.reset(before)

    kept = lru_cache(maxsize=MOST_SHAPES)(write)

    @wraps(build)
    def of_shape(*args: Any, **kwargs: Any) -> Any:
        made = write if is_written_anew() else kept
        return made(connections[DEFAULT_DB_ALIAS].vendor, *args, **kwargs)

    return of_shape


class _Compiled(NamedTuple):
    compiler: Any
    sql: str
    parameters: list[Any]
    converters: Any


def _compile(query: Any) -> _Compiled:
    """Raises `Baked` where a parameter is neither a `Given` nor a state or another word of ours."""
    compiler = query.get_compiler(DEFAULT_DB_ALIAS)
    sql, params = compiler.as_sql()
    between = sql.split("%s")
    selected = [select[0] for select in compiler.select or []]
    parameters = [_checked(*one) for one in zip(params, between[:-1], between[1:], strict=True)]
    return _Compiled(compiler, sql, parameters, compiler.get_converters(selected))


def _checked(parameter: Any, before: str, after: str) -> Any:
    if isinstance(parameter, _Parameter):
        is_constant = parameter.is_constant
        return parameter.value({}, connections[DEFAULT_DB_ALIAS]) if is_constant else parameter
    if isinstance(parameter, bool):
        return parameter
    if isinstance(parameter, Enum):
        return parameter.value
    if before.endswith("SELECT ") and after.startswith(" AS ") and parameter == 1:
        return parameter  # of EXISTS (SELECT 1 …)
    raise Baked(f"{type(parameter).__name__} after …{before[-80:]}")


def _filled(parameters: Iterable[Any], given: Mapping[str, Any], connection: Any) -> list[Any]:
    return [
        one.value(given, connection) if isinstance(one, _Parameter) else one for one in parameters
    ]


@contextmanager
def _executed(
    sql: str, parameters: Iterable[Any], given: Mapping[str, Any], *, is_prepared: bool = True
) -> Iterator[Any]:
    connection = connections[DEFAULT_DB_ALIAS]
    with preparing_cursor(connection) if is_prepared else connection.cursor() as cursor:
        cursor.execute(sql, _filled(parameters, given, connection))
        yield cursor


def preparing_cursor(connection: Any) -> Any:
    """Return the cursor that runs kept SQL: on PostgreSQL one that prepares.

    To plan the search of a need takes it longer than to answer. Not behind PgBouncer, where the next
    statement may go to a server that knows nothing of it.
    """
    if connection.vendor != "postgresql" or connection.settings_dict["DISABLE_SERVER_SIDE_CURSORS"]:
        return connection.cursor()
    connection.ensure_connection()
    return connection._prepare_cursor(_preparing()(connection.connection))


@cache
def _preparing() -> Any:
    """The class is made late, for it needs the driver of PostgreSQL."""
    from django.db.backends.postgresql.base import ServerBindingCursor
    from psycopg.raw_cursor import RawCursorMixin

    numbering: Any = RawCursorMixin
    server_binding: Any = ServerBindingCursor

    class Preparing(numbering, server_binding):  # type: ignore[misc]
        def execute(self, query: Any, params: Any = None, **options: Any) -> Any:
            before, self.connection.prepare_threshold = self.connection.prepare_threshold, 0
            try:
                return super().execute(_numbered(query), params, **options)
            finally:
                self.connection.prepare_threshold = before

        def _send_query_prepared(self, name: bytes, query: Any, **options: Any) -> None:
            self._query = (
                query  # psycopg forgets it, and Django asks for it where queries are counted
            )
            super()._send_query_prepared(name, query, **options)

    return Preparing


@lru_cache(MOST_TEXTS)
def _numbered(sql: str) -> str:
    """The SQL with $1, $2, … for its marks: psycopg would look for them in a long text at each run."""
    numbers = count(1)
    first, *others = (part.replace("%%", "%") for part in sql.split("%s"))
    return first + "".join(f"${next(numbers)}{part}" for part in others)


def _columns(compiler: Any) -> list[str]:
    return [f"c{n}" for n in range(len(compiler.select))]


def _array(of: str, connection: Any) -> str:
    if connection.vendor == "postgresql":
        return f"(SELECT unnest(%s::{of}[]))"
    return "(SELECT value FROM json_each(%s))"


_anew = ContextVar("anew", default=False)
_compiling = ContextVar("compiling", default=False)
_given: ContextVar[Mapping[str, Any]] = ContextVar("given", default=MappingProxyType({}))
