"""Safe to run twice, late, or in two places at once: a month is written down once, and told once."""

from celery import shared_task

from mutualaid.celery import within_time_budget
from mutualaid.numbers.freezing import freeze, months_to_freeze
from mutualaid.numbers.notifications import tell_the_month


@shared_task
def sweep() -> None:
    """Write down each month that is over, within the time budget; the next sweep goes on.

    And tell the head of the record, once a month.
    """
    for _ in within_time_budget(map(freeze, months_to_freeze())):
        pass
    tell_the_month()
