from celery import shared_task

from mutualaid.notify.delivery import deliver_one
from mutualaid.notify.models import Notification

BATCH = 200


@shared_task
def deliver(pk: int) -> None:
    deliver_one(pk)


@shared_task
def sweep() -> None:
    """Send what waits: the net under every nudge that was lost."""
    for pk in Notification.objects.due().order_by("due_at").values_list("pk", flat=True)[:BATCH]:
        deliver_one(pk)
