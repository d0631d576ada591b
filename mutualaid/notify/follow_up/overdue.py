"""Whether anything is sent at all: what is due stands in the database, and its clock says for how long."""

from datetime import timedelta

from django.db.models import QuerySet
from django.db.models.functions import Now

from mutualaid.notify.models import Notification

LATE = timedelta(minutes=10)
"""What waits for longer was not just busy: a worker or beat stands still, or cannot be heard."""


def overdue() -> QuerySet[Notification]:
    """Messages that were due `LATE` ago and that no worker has, whatever it was that stopped."""
    due: QuerySet[Notification] = Notification.objects.due()
    return due.filter(due_at__lt=Now() - LATE)
