"""Safe to run twice, late, or in two places at once: each row says what is still due."""

from celery import shared_task

from mutualaid.celery import enqueue_on_commit, within_time_budget
from mutualaid.partners import sweep as needs
from mutualaid.partners.actions.pinging import ping_the_silent
from mutualaid.partners.actions.reporting import tell_how_it_stands
from mutualaid.partners.actions.taking_up import take_up as take_up_referral
from mutualaid.partners.delivery import deliver_to, give_up, may_go


@shared_task
def deliver(partner_pk: int) -> None:
    """Send what waits for a partner, in order; what is left after the time budget in a task of its own."""
    for _ in within_time_budget(deliver_to(partner_pk)):
        pass
    if may_go().unsent().filter(partner=partner_pk).exists():
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
    """Start a task for each partner for which something waits, and see who was not heard of for long.

    A site that hangs holds up its own task alone.
    """
    needs.sweep()
    for _ in within_time_budget(give_up()):
        pass
    for _ in within_time_budget(ping_the_silent()):
        pass
    for partner_pk in may_go().unsent().order_by().values_list("partner", flat=True).distinct():
        enqueue_on_commit(deliver, partner_pk)
