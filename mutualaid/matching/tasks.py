"""Ids in, one call out. Everything here may run twice, late, or not at all: the sweep finds the rest."""

from celery import shared_task

from mutualaid.celery import within_time_budget
from mutualaid.matching.notifications import weekly_digest
from mutualaid.matching.outreach import acceptance_rates
from mutualaid.matching.outreach import match_need as pairing
from mutualaid.matching.search import offer_changes
from offers_app.actions import resume_when_pause_is_over
from offers_app.models import Offer
from requests_app.models import Need


@shared_task
def match_need(pk: int) -> None:
    pairing.match_need(pk)


@shared_task
def match_offer(pk: int) -> None:
    for need_id in within_time_budget(offer_changes.match_offer(pk)):
        pairing.match_need(need_id)


@shared_task
def sweep() -> None:
    """Do what is due: end pauses, match offers, match needs, the most urgent and oldest first."""
    resume_when_pause_is_over()
    for pk in list(Offer.objects.due_for_matching().values_list("pk", flat=True)):
        offer_changes.match_offer(pk)
    due = Need.objects.due_for_matching().order_by("-urgency", "created_at")
    for pk in within_time_budget(list(due.values_list("pk", flat=True))):
        pairing.match_need(pk)


@shared_task
def tell_the_week() -> None:
    weekly_digest.tell_the_week()


@shared_task
def learn() -> None:
    acceptance_rates.count_answers()
