"""The settings of a worker that writes down when each task began: `bench_flood` reads it."""

import os
import time
from pathlib import Path
from typing import Any

from celery.signals import task_prerun

from mutualaid.settings import *  # noqa: F403

CELERY_IMPORTS = [*CELERY_IMPORTS, "tests.benchmarks.first_come"]  # noqa: F405
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
BEGUN = Path(os.environ["FLOOD_BEGUN"])


@task_prerun.connect
def _note(task: Any, **_: Any) -> None:
    with BEGUN.open("a") as file:
        file.write(f"{time.time()} {task.name}\n")
