"""Safe to run twice, late, or in two places at once: each row says what is still due."""

from itertools import chain

from celery import shared_task

from mutualaid.celery import enqueue_on_commit, within_time_budget
from mutualaid.partners import sweep as needs
from mutualaid.partners.actions.pinging import ping_the_silent
from mutualaid.partners.actions.reporting import tell_how_it_stands
from mutualaid.partners.actions.taking_up import take_up as take_up_referral
from mutualaid.partners.actions.witnessing import send_seals
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
def take_up(pk: int) -> None:
    """Make an ask of what came from a partner, or change, withdraw or erase it."""
    take_up_referral(pk)


@shared_task
def report(pk: int) -> None:
    """Tell a partner how it stands with a need that it passed on."""
    tell_how_it_stands(pk)


@shared_task
def sweep() -> None:
    """Start a task for each partner for which something waits; see what is too old, and who is silent.

    No partner is called here: one that hangs holds up its own task alone.
    """
    needs.sweep()
    for partner_pk in partners_due():
        enqueue_on_commit(deliver, partner_pk)
    for _ in within_time_budget(chain(give_up(), ping_the_silent(), send_seals())):
        pass
