"""Signs of life as rows. A row gets older when its part dies, hangs, or throws away what it is given."""

from datetime import timedelta

from django.conf import settings
from django.db.models.functions import Now

from mutualaid.health.models import Heartbeat

BEAT = "beat"
WORKERS = {f"worker-{queue.name}": queue.name for queue in settings.CELERY_TASK_QUEUES}
"""Part → the queue that it takes tasks from."""


def beat(part: str) -> None:
    """Write down that `part` lives now."""
    values = {"at": Now(), "release": settings.RELEASE}
    if not Heartbeat.objects.filter(part=part).update(**values):
        row = Heartbeat(part=part, release=settings.RELEASE)
        Heartbeat.objects.bulk_create([row], ignore_conflicts=True)


def was_here(part: str, *, within: timedelta) -> bool:
    """Whether `part` lived within the last `within`; not where its last sign lies in the future."""
    signs = Heartbeat.objects.filter(part=part, at__gte=Now() - within, at__lte=Now())
    return bool(signs.exists())


def take_turn(part: str, pause: timedelta) -> bool:
    """Whether what all processes do in turn is to be done by this one: once within `pause`, whoever asks."""
    if Heartbeat.objects.filter(part=part).exists():
        late = Heartbeat.objects.filter(part=part, at__lte=Now() - pause)
        return bool(late.update(at=Now(), release=settings.RELEASE))
    row = Heartbeat(part=part, release=settings.RELEASE, at=Now() - pause)
    Heartbeat.objects.bulk_create([row], ignore_conflicts=True)
    return take_turn(part, pause)
