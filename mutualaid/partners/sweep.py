"""What is due of needs that groups ask each other about, whichever nudge was lost."""

from collections.abc import Callable, Iterator

from mutualaid.partners.actions import going_on

STEPS: tuple[Callable[[], Iterator[Callable[[], object]]], ...] = (going_on.due_jobs,)


def due_jobs() -> Iterator[Callable[[], object]]:
    """Everything that is due now, each as a call that does nothing if it is not due any more."""
    for step in STEPS:
        yield from step()
