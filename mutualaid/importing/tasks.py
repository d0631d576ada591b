"""The tasks of imports: an id in, a piece of work out. Safe to run twice, late, or in two places."""

import logging

from celery import shared_task
from django.db import IntegrityError

from mutualaid.celery import enqueue_on_commit, within_time_budget
from mutualaid.faults.database import names_what_is_gone
from mutualaid.importing.models import ImportRun
from mutualaid.importing.work import steps

log = logging.getLogger(__name__)


@shared_task
def work_on(pk: int) -> None:
    """Go on with an import for a while; what is left is begun at once by another task.

    Rows that named an area which was deleted meanwhile are read anew by the next sweep.
    """
    run = ImportRun.objects.take(pk)
    if run is None:
        return
    try:
        for _step in within_time_budget(steps(run)):
            """The work is done in the steps."""
    except IntegrityError as error:
        if not names_what_is_gone(error):
            raise
        log.warning("read anew later", exc_info=error)
        return
    finally:
        ImportRun.objects.filter(pk=pk).update(lease_until=None)
    if ImportRun.objects.to_work_on().filter(pk=pk).exists():
        enqueue_on_commit(work_on, pk)


@shared_task
def sweep() -> None:
    """Go on with what no worker has."""
    for pk in list(ImportRun.objects.to_work_on().values_list("pk", flat=True)):
        work_on(pk)
