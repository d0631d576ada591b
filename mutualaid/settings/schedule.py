"""What the clock starts: each task, and every how many seconds.

No task has an end (`expires`): the clock of the machine that starts it would set it, and that of the machine
that runs it would judge. Where many wait, `celery.PacedTask` runs one.

They have queues of their own: a worker takes from each queue in turn, so that no sweep waits behind ten
thousand nudges. The look at all needs together has one for itself: a process keeps what it saw for the next
look, so where there are several workers, one alone should take from it (ADR 89).
"""

from typing import Any

from celery.schedules import crontab

QUEUE, BACKLOG_QUEUE = "clock", "backlog"
QUEUES = ("celery", "matching", QUEUE, BACKLOG_QUEUE)
HEARTBEAT = "mutualaid.health.tasks.heartbeat"
HEARTBEAT_SECONDS = 30


def _each(seconds: int, task: str, queue: str = QUEUE) -> dict[str, Any]:
    return {"task": task, "schedule": seconds, "options": {"queue": queue}}


JOBS = {
    "sweep-imports": _each(20, "mutualaid.importing.tasks.sweep"),
    "sweep-outbox": _each(5, "mutualaid.notify.tasks.sweep"),
    "sweep-matching": _each(20, "mutualaid.matching.tasks.sweep"),
    "sweep-follow-up": _each(60, "requests_app.tasks.sweep"),
    "backlog-warm": _each(300, "mutualaid.matching.backlog.tasks.warm", BACKLOG_QUEUE),
    "sweep-partners": _each(10, "mutualaid.partners.tasks.sweep"),
    "tidy-calls": _each(600, "mutualaid.notify.tasks.tidy_calls"),
    "tell-the-week": _each(900, "mutualaid.matching.tasks.tell_the_week"),
    # Days decide what is erased. Often, so that a machine that is off at night erases too.
    "sweep-erasing": _each(900, "mutualaid.retention.tasks.sweep"),
    "sweep-winding-down": _each(900, "mutualaid.ending.tasks.sweep"),
    "seal-record": _each(3600, "mutualaid.record.tasks.sweep"),
    # A few seconds for a hundred thousand entries.
    "check-record": {
        "task": "mutualaid.record.tasks.check",
        "schedule": crontab(hour="4", minute="20"),
        "options": {"queue": QUEUE},
    },
    "sweep-decisions": _each(60, "mutualaid.decisions.tasks.sweep"),
    "sweep-things": _each(60, "mutualaid.lending.tasks.sweep"),
    "sweep-hours": _each(3600, "mutualaid.hours.tasks.sweep"),
    "freeze-numbers": _each(3600, "mutualaid.numbers.tasks.sweep"),
    "sweep-offers": _each(3600, "offers_app.tasks.sweep"),
    "learn-from-answers": _each(3600, "mutualaid.matching.tasks.learn"),
    "sweep-fair-work": _each(3600, "mutualaid.fair_work.tasks.sweep"),
    "sweep-trials": _each(600, "mutualaid.trials.tasks.sweep"),
    "backlog-cold": {
        "task": "mutualaid.matching.backlog.tasks.cold",
        "schedule": crontab(hour="3", minute="10"),
        "options": {"queue": BACKLOG_QUEUE},
    },
    # Through each queue in the way of everything else, so that it is missed wherever that is.
    **{
        f"heartbeat-{queue}": {
            "task": HEARTBEAT,
            "schedule": HEARTBEAT_SECONDS,
            "args": (f"worker-{queue}",),
            "options": {"queue": queue},
        }
        for queue in QUEUES
    },
}
