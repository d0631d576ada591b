"""Look at everything within a bounded time, whatever hangs.

Each group of checks has a thread. One that hangs is left alone, and no second is started beside it: the
findings that it has not brought, or brought long ago, count as no answer. One that is only slow goes on, and
what it has brought holds meanwhile.
"""

import threading
import time
from collections.abc import Iterable
from contextlib import suppress

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import Error

from mutualaid.group.current import last_known
from mutualaid.group.erased_file import is_erased
from mutualaid.health.checks import GROUPS, SWITCHED_ON, TITLES, Look, unanswered
from mutualaid.health.findings import Finding, State
from mutualaid.health.own_connection import own_connection

WITHIN_SECONDS = 1.5
"""For all of it: whoever asks `/readyz` waits for two at most."""
QUERY_SECONDS = 1.0
HOLDS_SECONDS = 10.0
"""What a round has brought holds so long while it goes on: a few of its queries may be at their limit."""
OF_A_PAGE_ALONE = ("database", "migrations", "clock", "keys", "disk", "ledger")
"""What a group that has ended still needs: its one page, and the list of what was erased."""
FAILURES = (Error, OSError, ValueError, ImproperlyConfigured)
"""What a check that raises one of these has not brought counts as no answer."""


class Round:
    """One look at the checks of one group, in a thread."""

    def __init__(self, looks: tuple[Look, ...]) -> None:
        self._looks = looks
        self._brought: dict[str, tuple[Finding, float]] = {}
        self._began = time.monotonic()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def is_of_use(self, max_age: float) -> bool:
        """Whether it still runs, or began at most `max_age` seconds ago."""
        return self._thread.is_alive() or time.monotonic() - self._began < max_age

    def findings(self, *, deadline: float) -> dict[str, Finding]:
        """What it has brought by `deadline`, by the name of the check, and not too long ago."""
        self._thread.join(max(0.0, deadline - time.monotonic()))
        oldest = time.monotonic() - HOLDS_SECONDS
        brought = list(self._brought.items())
        return {name: finding for name, (finding, at) in brought if at >= oldest}

    def _look(self) -> None:
        with own_connection(seconds=QUERY_SECONDS):
            for look in self._looks:
                with suppress(*FAILURES):
                    for finding in look():
                        self._brought[finding.name] = finding, time.monotonic()


_rounds: dict[str, Round] = {}
_lock = threading.Lock()


def look(*, max_age: float = 0.0) -> list[Finding]:
    """Every finding, in the order of the checks. It takes `WITHIN_SECONDS` at most.

    Args:
        max_age: For so many seconds what was found before is good enough.
    """
    deadline = time.monotonic() + WITHIN_SECONDS
    with _lock:
        for group, looks in GROUPS.items():
            if group not in _rounds or not _rounds[group].is_of_use(max_age):
                _rounds[group] = Round(looks)
        rounds = list(_rounds.values())
    brought: dict[str, Finding] = {}
    for one in rounds:
        brought |= one.findings(deadline=deadline)
    expected = (name for name in _names() if name in brought or name not in SWITCHED_ON)
    return [brought.get(name) or unanswered(name) for name in expected]


def _names() -> Iterable[str]:
    """The checks that count: once all is erased those of the one page alone. Without the database."""
    group = last_known()
    if group and group.ended_on and is_erased(settings.DATA_DIR):
        return OF_A_PAGE_ALONE
    return TITLES


def worst(findings: list[Finding]) -> State:
    return max(finding.state for finding in findings)


def has_database(findings: list[Finding]) -> bool:
    return all(finding.is_ok for finding in findings if finding.name == "database")
