"""The baseline of `bench_flood`: a task for each need, in the order in which they were posted."""

from celery import shared_task

from mutualaid.matching.outreach import match_need as outreach


@shared_task
def match_this(pk: int) -> None:
    outreach.match_need(pk)
