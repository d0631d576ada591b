from celery import shared_task

from mutualaid.celery import within_time_budget
from mutualaid.notify.delivery import deliver_one
from mutualaid.notify.models import CallTask, Notification


@shared_task
def deliver(pk: int) -> None:
    deliver_one(pk)


@shared_task
def tidy_calls() -> None:
    """Take calls from the list that need not be made any more."""
    for row in within_time_budget(list(CallTask.calls.to_make())):
        row.tidy()


@shared_task
def sweep() -> None:
    """Send what is due, first attempts first, and of these what is urgent.

    Also what no task was started for, or whose task was lost.

    The next sweep starts beside one that a slow mail server holds up.
    """
    due = Notification.objects.due().order_by("tries", "-urgent", "due_at")
    for pk in within_time_budget(list(due.values_list("pk", flat=True))):
        deliver_one(pk)
