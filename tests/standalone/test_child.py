"""Three questions in a row without an answer, and a child counts as hung."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from mutualaid.standalone.child import MISSES, Child, end, program
from mutualaid.standalone.pulse import Pulse
from tests.support.site import until


@contextmanager
def running(child: Child) -> Iterator[Child]:
    child.start()
    try:
        yield child
    finally:
        end([child], within=0)


def test_only_misses_in_a_row_count_and_only_after_a_first_answer():
    answers = iter([False] * 5 + [True, False, False, True, False, False, False])
    with running(Child("sleeper", lambda: time.sleep(60), lambda: next(answers))) as child:
        looks = [child.is_hung() for _ in range(12)]
    assert looks == [False] * 11 + [True]
    assert MISSES == 3


def test_a_child_that_ended_is_dead_once_and_not_hung():
    with running(Child("short", lambda: None, lambda: False)) as child:
        until(child.has_died)
        assert not child.has_died()
        assert not child.is_hung()


@pytest.mark.parametrize("target", [lambda: time.sleep(60), program(["/bin/sleep", "60"])])
def test_a_child_that_is_stopped_ends_all_the_same(target: Callable[[], object]):
    """Be it the process that was forked, or a program that it became."""
    with running(Child("sleeper", target)) as child:
        os.kill(child.pid, signal.SIGSTOP)
        end([child], within=0)
        with pytest.raises(ProcessLookupError):
            os.kill(child.pid, 0)


def test_a_pulse_is_felt_across_a_fork_once_for_all_its_beats_and_never_blocks():
    pulse = Pulse()
    assert not pulse.was_felt()

    def beats() -> None:
        for _ in range(100_000):
            pulse.beat()

    with running(Child("heart", beats)) as child:
        until(child.has_died)
    assert pulse.was_felt()
    assert not pulse.was_felt()
