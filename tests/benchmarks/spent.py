"""Where the milliseconds of a task go: in which statements, here and in the server."""

import re
from collections.abc import Callable, Iterable
from pathlib import Path
from time import thread_time
from typing import Any, NamedTuple

FIRST_TABLE = re.compile(r'(?:FROM|UPDATE|INTO) "(\w+)"')
WORTH_A_LINE_MS = 0.1


class Spent(NamedTuple):
    """Milliseconds of processor time: of this process, and of the server's (Linux on one machine; else 0)."""

    here: float = 0.0
    server: float = 0.0


def print_where(tasks: Iterable[Callable[[], object]]) -> None:
    """Print the means of these tasks, the whole and by statement, whatever costs most first."""
    from django.db import connection

    server = _server_clock(connection)
    within: dict[str, Spent] = {}

    def measured(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        began, began_server = thread_time(), server()
        try:
            return execute(sql, params, many, context)
        finally:
            name = _name(sql)
            here, there = within.get(name, Spent())
            spent_here = 1000 * (thread_time() - began)
            within[name] = Spent(here + spent_here, there + server() - began_server)

    began, began_server, count = thread_time(), server(), 0
    with connection.execute_wrapper(measured):
        for task in tasks:
            task()
            count += 1
    whole = Spent(1000 * (thread_time() - began), server() - began_server)
    print("   milliseconds of processor time, the mean:  here  in the server")
    _print_line("the whole", whole, count)
    in_statements = sum(one.here for one in within.values())
    _print_line("outside of statements", Spent(whole.here - in_statements), count)
    for name, spent in sorted(within.items(), key=lambda item: -sum(item[1])):
        if sum(spent) / count >= WORTH_A_LINE_MS:
            _print_line(name, spent, count)


def _print_line(name: str, spent: Spent, count: int) -> None:
    print(f"   {name:40} {spent.here / count:8.2f} {spent.server / count:8.2f}")


def _name(sql: str) -> str:
    verb = sql.split(" ", 1)[0]
    table = FIRST_TABLE.search(sql)
    return f"{verb} {table[1] if table else ''}".strip()


def _server_clock(connection: Any) -> Callable[[], float]:
    """Milliseconds that the process of this connection has run in the server."""
    if connection.vendor != "postgresql":
        return lambda: 0.0
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        clock = Path(f"/proc/{cursor.fetchone()[0]}/schedstat")
    return (lambda: int(clock.read_text().split()[0]) / 1e6) if clock.exists() else (lambda: 0.0)
