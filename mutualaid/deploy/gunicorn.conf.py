"""The web server: `gunicorn --config mutualaid/deploy/gunicorn.conf.py`, and the one of `manage.py up`.

BIND (an address or unix:PATH) or PORT says where it listens, WEB_WORKERS and WEB_THREADS how many answer.
"""

import os
from pathlib import Path
from typing import Any

from django.conf import settings

from mutualaid.standalone.web_growth import MOST, Growth
from mutualaid.standalone.web_stall import Progress

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mutualaid.settings")
SHARED_MEMORY = Path("/dev/shm")  # noqa: S108  gunicorn keeps files without names there

wsgi_app = "mutualaid.wsgi"
bind = os.environ.get("BIND") or f"127.0.0.1:{os.environ.get('PORT') or 8000}"
# One process answers at rest, and more while it is busy, up to the cores. With the database away ten pages
# wait for it at once, and the others need threads of their own.
workers = max(1, int(os.environ.get("WEB_WORKERS") or 1))
cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
growth = Growth(workers, min(MOST, cores))
worker_class = "gthread"
threads = int(os.environ.get("WEB_THREADS") or 16)
progress = Progress()
preload_app = True  # read the code once, not in each of them
timeout = 30
graceful_timeout = 7  # seconds; a stop takes ten at most
keepalive = 5
max_requests = 0
worker_tmp_dir = str(SHARED_MEMORY) if SHARED_MEMORY.is_dir() else None
control_socket_disable = True
# Whose word about http or https is taken: Django decides (TRUSTED_PROXY_COUNT), not the web server.
forwarded_allow_ips = "127.0.0.1,::1"
# No log of requests, for a path may be a private link; and no line that names who sent nonsense.
accesslog = None
loglevel = "error"
logconfig_dict = settings.LOGGING | {
    "loggers": settings.LOGGING["loggers"]
    | {
        "gunicorn.error": {"level": "ERROR", "handlers": [], "propagate": True},
        "gunicorn.access": {"handlers": ["nowhere"], "propagate": False},
    },
}


def nworkers_changed(server: Any, new: int, old: int | None) -> None:
    if old is None:
        growth.begin(new)
    if (bounded := growth.bounded(new)) != new:
        server.num_workers = bounded  # which calls this again
    else:
        growth.count(new)


def post_worker_init(worker: Any) -> None:
    progress.watch(worker.cfg.threads)


def pre_request(worker: Any, request: Any) -> None:
    progress.begin()
    growth.look(worker.ppid)


def post_request(worker: Any, request: Any, environ: Any, response: Any) -> None:
    progress.end()
