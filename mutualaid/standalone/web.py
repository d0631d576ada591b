"""The web server, reachable from this machine only."""

import errno
import os
import socket
import sys
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _
from gunicorn.app import wsgiapp  # type: ignore[import-untyped]

from mutualaid.standalone.errors import CannotStart

LOCALHOST = "127.0.0.1"
CONFIGURATION = "mutualaid/deploy/gunicorn.conf.py"
ANSWERS_WITHIN = 10.0
"""Seconds. A server whose threads all wait for a database that is away is busy, and not hung."""


def run(port: int) -> None:
    """Answer requests on `port` until a signal comes, as the settings of Gunicorn say."""
    os.environ["BIND"] = f"{LOCALHOST}:{port}"
    os.environ.pop("NOTIFY_SOCKET", None)  # the supervisor alone says when the site is ready
    sys.argv = ["gunicorn", "--config", str(settings.BASE_DIR / CONFIGURATION)]
    wsgiapp.run()


def answers(port: int) -> bool:
    """Return whether the site on `port` answers /healthz without an error."""
    host = urlsplit(settings.SITE_URL).netloc
    connection = HTTPConnection(LOCALHOST, port, timeout=ANSWERS_WITHIN)
    try:
        connection.request("GET", "/healthz", headers={"Host": host})
        return connection.getresponse().status < 400  # behind https it answers by a redirect
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def check_port(port: int) -> None:
    """Check that the web server may listen on `port`.

    Raises `CannotStart` when another program has it, or this account may not use it.
    """
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOCALHOST, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                reason = _("Another program uses port %(port)d.") % {"port": port}
            else:
                reason = _("Port %(port)d cannot be used here.") % {"port": port}
            other = 8002 if port == 8001 else 8001
            advice = _("Choose another one: make run PORT=%(other)d") % {"other": other}
            raise CannotStart(f"{reason} {advice}") from None
