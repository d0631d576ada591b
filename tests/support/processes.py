"""Let whole processes do the same at once, as workers and web servers do, on the database of this run."""

import multiprocessing
import os
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from threading import Barrier
from typing import TypeVar

T = TypeVar("T")
LIBRARIES = [
    "celery", "cryptography.x509", "django.contrib.auth.hashers", "django.db.models", "django.forms",
    "django.template.loader", "django.test", "openpyxl", "phonenumbers", "psycopg", "pytest", "redis",
]  # fmt: skip
"""Imported once for all: half of a start. Nothing of the site is: each process reads its own settings. Not
NumPy, which starts threads: a process that forks has none."""


def in_processes(count: int, job: Callable[[int], T]) -> list[T]:
    """Run `job` in each of `count` processes, with its number; all begin together. Return what they return.

    `job` is a function of a module, which other processes can import.
    """
    from django.db import connection

    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(LIBRARIES)
    with context.Manager() as manager:
        start = manager.Barrier(count, timeout=600)  # a process that died holds up no one
        begun_with = (dict(os.environ), connection.settings_dict["NAME"], start)
        with ProcessPoolExecutor(count, context, _begin, begun_with) as pool:
            running = [pool.submit(_run, job, number) for number in range(count)]
            return [one.result() for one in running]


def wait_for_all() -> None:
    """Within a job: go on once all processes have come here."""
    _start.wait()


_start: Barrier


def _begin(environment: Mapping[str, str], database: str, start: Barrier) -> None:
    os.environ.clear()  # it is that of the test which asked for processes first
    os.environ.update(environment)

    import django
    import pytest  # noqa: F401  the settings see by it that this is a test

    django.setup()
    from django.db import connection

    global _start
    _start = start
    connection.settings_dict["NAME"] = database
    connection.ensure_connection()


def _run(job: Callable[[int], T], number: int) -> T:
    from mutualaid.celery import without_broker

    _start.wait()
    with without_broker():
        return job(number)
