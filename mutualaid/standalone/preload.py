"""Read the code once, before web server and worker are forked and share it."""

import gc
from importlib import import_module

from django.conf import settings
from django.db import connections

from mutualaid.celery import app

SERVERS = (
    *("gunicorn.app.wsgiapp", "gunicorn.workers.gthread", "gunicorn.glogging"),
    *("celery.apps.worker", "celery.worker.autoscale", "celery.worker.consumer.delayed_delivery"),
    *("celery.events.receiver", "celery.worker.strategy", "celery.app.log", "mutualaid.beat"),
    *("celery.concurrency.thread", "celery.backends.base", "kombu.transport.redis"),
    *("celery.app.amqp", "celery.app.control", "celery.app.events", "billiard.pool"),
)


def preload() -> None:
    """Import what answers requests and runs tasks, and leave no connection open."""
    for name in ("mutualaid.wsgi", settings.ROOT_URLCONF, *SERVERS):
        import_module(name)
    app.loader.import_default_modules()
    connections.close_all()
    gc.collect()
    gc.freeze()  # a collection in a child would write to every page, and so copy it
