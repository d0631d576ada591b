"""Safe to run twice, late, or in two places at once: each row says what is still due."""

from itertools import chain

from celery import shared_task

from mutualaid.celery import enqueue_on_commit, within_time_budget
from mutualaid.partners.actions.pinging import ping_the_silent
from mutualaid.partners.delivery import deliver_to, give_up, is_due, partners_due

SHARE = 1 / 15
"""Of the time budget, a second: then whatever else waits for a worker with one thread has its turn."""


@shared_task
def deliver(partner_pk: int) -> None:
    """Send what waits for a partner, in order; what is left after the time budget, in a task of its own."""
    for _ in within_time_budget(deliver_to(partner_pk), share=SHARE):
        pass
    if is_due(partner_pk):
        enqueue_on_commit(deliver, partner_pk)


@shared_task
def sweep() -> None:
    """Start a task for each partner for which something waits; see what is too old, and who is silent.

    No partner is called here: one that hangs holds up its own task alone.
    """
    for partner_pk in partners_due():
        enqueue_on_commit(deliver, partner_pk)
    for _ in within_time_budget(chain(give_up(), ping_the_silent())):
        pass
