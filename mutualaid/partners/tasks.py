"""The tasks of partners: ids in, one call out. What is lost, the sweep finds in the database."""

from celery import shared_task

from mutualaid.partners.actions.reporting import tell_how_it_stands
from mutualaid.partners.actions.taking_up import take_up as take_up_referral


@shared_task
def take_up(pk: int) -> None:
    """Make an ask of what came from a partner, or change, withdraw or erase it."""
    take_up_referral(pk)


@shared_task
def report(pk: int) -> None:
    """Tell a partner how it stands with a need that it passed on."""
    tell_how_it_stands(pk)
