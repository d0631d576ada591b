"""The tasks of matching: ids in, one call out.

Each may run twice, late, or not at all: what is due is due in the database, where the sweep finds it.
"""

from celery import shared_task

from mutualaid.celery import within_time_budget
from mutualaid.matching.notifications import weekly_digest
from mutualaid.matching.outreach import match_need as outreach
from mutualaid.matching.outreach.acceptance import measure_rates
from mutualaid.matching.search import offer_index
from offers_app.actions import resume_when_pause_is_over
from offers_app.models import Offer
from requests_app.models import Need


@shared_task
def match_need(pk: int) -> None:
    outreach.match_need(pk)


@shared_task
def match_offer(pk: int) -> None:
    for need_id in within_time_budget(offer_index.match_offer(pk)):
        outreach.match_need(need_id)


@shared_task
def sweep() -> None:
    """Do what is due: end pauses, match offers, match needs, the most urgent and oldest first."""
    resume_when_pause_is_over()
    for pk in list(Offer.objects.due_for_matching().values_list("pk", flat=True)):
        offer_index.match_offer(pk)
    due = Need.objects.due_for_matching().order_by("-urgency", "created_at")
    for pk in within_time_budget(list(due.values_list("pk", flat=True))):
        outreach.match_need(pk)


@shared_task
def tell_the_week() -> None:
    weekly_digest.tell_the_week()


@shared_task
def learn() -> None:
    measure_rates()
