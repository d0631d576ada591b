"""What the site logs: a line of JSON for each record."""

from typing import Any


def logging(level: str) -> dict[str, Any]:
    """Return what `logging.config.dictConfig` takes, for records of this level and above."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": {"()": "mutualaid.logs.JsonFormatter"}},
        "handlers": {
            "out": {"class": "logging.StreamHandler", "formatter": "json"},
            "nowhere": {"class": "logging.NullHandler"},
        },
        "root": {"handlers": ["out"], "level": level},
        "loggers": {
            # Whatever LOG_LEVEL says.
            "mutualaid.security": {"level": "INFO"},
            "mutualaid.standalone": {"level": "INFO"},
            # Their lines carry the path, which may be a private link, or what was sent: mutualaid.http
            # and mutualaid.celery log instead.
            "django.request": {"handlers": ["nowhere"], "propagate": False},
            "django.security": {"handlers": ["nowhere"], "propagate": False},
            "django.server": {"handlers": ["nowhere"], "propagate": False},
            "celery.app.trace": {"handlers": ["nowhere"], "propagate": False},
        },
    }
