"""Safe to run twice, late, or in two places at once: no one is asked twice."""

from celery import shared_task

from mutualaid.celery import within_time_budget
from mutualaid.fair_work.actions import ask_about_break
from mutualaid.fair_work.workload import who_carries_far_more
from mutualaid.group.current import current_group
from mutualaid.policy.current import current_policy


@shared_task
def sweep() -> None:
    """Ask those who carry far more than they said whether they want a break, where the group wants that."""
    if not current_policy().asks_about_breaks or current_group().ends_on:
        return
    for _ in within_time_budget(map(ask_about_break, who_carries_far_more())):
        pass
