"""The tasks of matching: ids in, one call out.

Each may run twice, late, or not at all: what is due is due in the database, where the sweep finds it.
"""

from celery import shared_task

from mutualaid.catalog.models import measure_areas
from mutualaid.celery import enqueue_on_commit, within_time_budget
from mutualaid.matching.notifications import weekly_digest
from mutualaid.matching.outreach import match_need as outreach
from mutualaid.matching.outreach.acceptance import measure_rates
from mutualaid.matching.outreach.nudges import Nudges
from mutualaid.matching.search import calendar, offer_index
from offers_app.actions import resume_when_pause_is_over
from offers_app.models import Offer
from requests_app.models import Need

nudges = Nudges()


@shared_task
def match_most_urgent() -> None:
    """Match what is most urgent, whichever need it was started for.

    In a flood some of these tasks go on as long as many needs wait, and the thousands of others end at once,
    so that no sweep and no message waits behind them.
    """
    with nudges.one_of_few() as may_work:
        if not may_work:
            return
        is_done = outreach.match_while_many_wait()
    if not is_done or nudges.is_another_needed():
        enqueue_on_commit(match_most_urgent)


@shared_task
def match_offer(pk: int) -> None:
    for need_id in within_time_budget(
        list(offer_index.match_offer(pk).values_list("pk", flat=True))
    ):
        outreach.match_need(need_id)


@shared_task
def sweep() -> None:
    """Do what is due: end pauses, match offers, match needs, the most urgent and oldest first.

    What was written by whatever way, or came with the time, is due by then.
    """
    resume_when_pause_is_over()
    measure_areas()
    calendar.make_due()
    offers = Offer.objects.due_for_matching().order_by("match_due_at")
    for pk in within_time_budget(list(offers.values_list("pk", flat=True)), share=0.5):
        offer_index.match_offer(pk)
    needs = Need.objects.due_for_matching().order_by("-urgency", "created_at")
    for pk in within_time_budget(list(needs.values_list("pk", flat=True))):
        outreach.match_need(pk)


@shared_task
def tell_the_week() -> None:
    weekly_digest.tell_the_week()


@shared_task
def learn() -> None:
    measure_rates()
