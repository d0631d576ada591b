"""What the site logs: a line of JSON for each record."""

from typing import Any

CONNECTED = "celery.worker.consumer.connection"
"""The logger by which Celery's worker says that it is connected to the broker."""


def logging(level: str, *, release: str) -> dict[str, Any]:
    """Return what `logging.config.dictConfig` takes, for records of this level and above."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": {"()": "mutualaid.logs.JsonFormatter", "release": release}},
        "filters": {
            "broker is away": {"()": "mutualaid.logs.BrokerIsAway"},
            "broker is back": {"()": "mutualaid.logs.BrokerIsBack"},
        },
        "handlers": {
            "out": {
                "class": "logging.StreamHandler",
                "formatter": "json",
                "filters": ["broker is away"],
            },
            "nowhere": {"class": "logging.NullHandler"},
        },
        "root": {"handlers": ["out"], "level": level},
        "loggers": {
            # Whatever LOG_LEVEL says.
            "mutualaid.security": {"level": "INFO"},
            "mutualaid.standalone": {"level": "INFO"},
            "mutualaid.faults.episodes": {"level": "WARNING"},
            CONNECTED: {"level": "INFO", "filters": ["broker is back"]},
            # Their lines carry the path, which may be a private link, or what was sent: mutualaid.http
            # and mutualaid.celery log instead.
            "django.request": {"handlers": ["nowhere"], "propagate": False},
            "django.security": {"handlers": ["nowhere"], "propagate": False},
            "django.server": {"handlers": ["nowhere"], "propagate": False},
            "celery.app.trace": {"handlers": ["nowhere"], "propagate": False},
            # Each try of the pool writes two lines; that the database is away is an episode.
            "psycopg.pool": {"handlers": ["nowhere"], "propagate": False},
            # A Sentry out of reach would add a line to each fault, which is in the log itself.
            "sentry_sdk.errors": {"handlers": ["nowhere"], "propagate": False},
        },
    }
