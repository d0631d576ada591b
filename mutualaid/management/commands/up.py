import logging
import os
import sys
from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.core.management.base import BaseCommand

from mutualaid.standalone.child import FIT_TO_FORK, begin_again
from mutualaid.standalone.errors import CannotStart, UpgradeFailed
from mutualaid.standalone.supervisor import Supervisor

log = logging.getLogger("mutualaid.standalone")


class Command(BaseCommand):
    help = "Start the site with all it needs on this machine, and keep it running until Ctrl-C."
    requires_system_checks = ()  # run below, once the settings are the final ones

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--demo", action="store_true", help="add a made-up neighbourhood")
        parser.add_argument("--port", type=_port, default=os.environ.get("PORT") or "8000")

    def handle(self, *, port: int, demo: bool, **_options: Any) -> None:
        site_url = os.environ.get("SITE_URL") or f"http://localhost:{port}"
        # Settings were read before the options were parsed, so these would come too late.
        environment = {"SITE_URL": site_url, **FIT_TO_FORK} | ({"DEMO": "1"} if demo else {})
        if not environment.items() <= os.environ.items():
            begin_again(environment)
        self.check()
        try:
            Supervisor(port=port, write_line=self._write_line).run()
        except UpgradeFailed as reason:
            self.stderr.write(str(reason))
            sys.exit(os.EX_CONFIG)  # on which systemd does not start it again
        except CannotStart as reason:
            sys.exit(str(reason))

    def _write_line(self, line: str) -> None:
        if os.environ.get("NOTIFY_SOCKET"):  # for a journal, in the format of all that it gets
            if line:
                log.info(line)
            return
        self.stdout.write(line)
        self.stdout.flush()


def _port(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise ArgumentTypeError("a port is a number from 1 to 65535")
    return int(text)
