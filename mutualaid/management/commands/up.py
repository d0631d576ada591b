import os
import sys
from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from mutualaid.backups.identity import KeysDoNotFit
from mutualaid.standalone.errors import CannotStart
from mutualaid.standalone.supervisor import Supervisor


class Command(BaseCommand):
    help = "Start the site with all it needs on this machine, and keep it running until Ctrl-C."
    requires_system_checks = ()  # run below, once the settings are the final ones

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--demo", action="store_true", help="add a made-up neighbourhood")
        parser.add_argument("--port", type=_port, default=os.environ.get("PORT") or "8000")

    def handle(self, *, port: int, demo: bool, **_options: Any) -> None:
        site_url = os.environ.get("SITE_URL") or f"http://localhost:{port}"
        _restart_with({"SITE_URL": site_url} | ({"DEMO": "1"} if demo else {}))
        self.check()
        try:
            Supervisor(port=port, write_line=self._write_line).run()
        except (CannotStart, KeysDoNotFit, CommandError) as reason:
            sys.exit(str(reason))

    def _write_line(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()


def _restart_with(environment: dict[str, str]) -> None:
    """Replace this process by one with `environment`, unless it is set already.

    Settings were read before the options were parsed, so the variables would come too late.
    """
    if environment.items() <= os.environ.items():
        return
    os.environ.update(environment)
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606  ourselves again


def _port(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise ArgumentTypeError("a port is a number from 1 to 65535")
    return int(text)
