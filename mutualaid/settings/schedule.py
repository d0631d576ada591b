"""What the clock starts: each task, every how many seconds, and for how many seconds it may wait.

A task that waited longer is dropped, for the next one does its work too.
"""

from typing import Any

from celery.schedules import crontab


def _each(seconds: int, task: str) -> dict[str, Any]:
    return {"task": task, "schedule": seconds, "options": {"expires": seconds}}


JOBS = {
    "sweep-imports": {
        "task": "mutualaid.importing.tasks.sweep",
        "schedule": 20,
        "options": {"expires": 20},
    },
    "sweep-outbox": _each(5, "mutualaid.notify.tasks.sweep"),
    "sweep-matching": _each(20, "mutualaid.matching.tasks.sweep"),
    "sweep-follow-up": _each(60, "requests_app.tasks.sweep"),
    "backlog-warm": _each(300, "mutualaid.matching.backlog.tasks.warm"),
    "tidy-calls": _each(600, "mutualaid.notify.tasks.tidy_calls"),
    "tell-the-week": _each(900, "mutualaid.matching.tasks.tell_the_week"),
    # Days decide what is erased. Often, so that a machine that is off at night erases too.
    "sweep-erasing": _each(900, "mutualaid.retention.tasks.sweep"),
    "freeze-numbers": _each(3600, "mutualaid.numbers.tasks.sweep"),
    "sweep-offers": _each(3600, "offers_app.tasks.sweep"),
    "learn-from-answers": _each(3600, "mutualaid.matching.tasks.learn"),
    "backlog-cold": {
        "task": "mutualaid.matching.backlog.tasks.cold",
        "schedule": crontab(hour="3", minute="10"),
        "options": {"expires": 3600},
    },
}
