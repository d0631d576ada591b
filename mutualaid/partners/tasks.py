"""Safe to run twice, late, or in two places at once: each row says what is still due."""

from celery import shared_task

from mutualaid.celery import enqueue_on_commit, within_time_budget
from mutualaid.partners.actions.pinging import ping_the_silent
from mutualaid.partners.delivery import deliver_to, give_up, may_go


@shared_task
def deliver(partner_pk: int) -> None:
    """Send what waits for a partner, in order; what is left after the time budget in a task of its own."""
    for _ in within_time_budget(deliver_to(partner_pk)):
        pass
    if may_go().unsent().filter(partner=partner_pk).exists():
        enqueue_on_commit(deliver, partner_pk)


@shared_task
def sweep() -> None:
    """Start a task for each partner for which something waits, and see who was not heard of for long.

    A site that hangs holds up its own task alone.
    """
    for _ in within_time_budget(give_up()):
        pass
    for _ in within_time_budget(ping_the_silent()):
        pass
    for partner_pk in may_go().unsent().order_by().values_list("partner", flat=True).distinct():
        enqueue_on_commit(deliver, partner_pk)
