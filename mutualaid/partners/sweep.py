"""What the clock does with needs that go between groups. Each step does nothing where it is not due."""

from collections.abc import Callable, Iterator

from mutualaid.celery import within_time_budget
from mutualaid.partners.actions import answering, calling, going_on, reporting, taking_up

JOBS: tuple[Callable[[], Iterator[object]], ...] = (
    taking_up.take_up_all,
    answering.let_pass,
    reporting.tell_all,
    going_on.what_is_silent,
    going_on.what_may_not_be_asked,
    going_on.what_brought_no_news,
    going_on.what_ended,
    going_on.what_no_one_is_left_for,
    calling.end_past_calls,
    calling.tell_changes,
    calling.tell_counts,
)


def sweep() -> None:
    """Run all jobs, within the time that a sweep may take; the next goes on."""
    for _done in within_time_budget(step for job in JOBS for step in job()):
        pass
