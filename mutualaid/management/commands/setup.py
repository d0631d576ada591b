import json
import sys
from argparse import ArgumentParser
from getpass import getpass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from mutualaid.hosting import start
from mutualaid.hosting.asking import WrongAnswers, ask_all, read_all
from mutualaid.hosting.env_file import BadFile
from mutualaid.hosting.setting_up import Busy, alone, how_to_start, look, set_up


class Command(BaseCommand):
    help = (
        "Ask what a group must answer before its site runs, and write it. Run it again at any time: it"
        " shows what is set, and changes only what you answer anew."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--env-file",
            type=Path,
            help="where the settings of the site are kept (/etc/mutualaid/GROUP.env; usually site.env in"
            " DATA_DIR)",
        )
        parser.add_argument(
            "--answers",
            help='a file of answers, as {"name": "…", "site_url": "…"}; - for the input',
        )

    def handle(self, *, env_file: Path | None, answers: str | None, **_options: Any) -> None:
        given = start.found_before().get("DATA_DIR") or settings.BASE_DIR / "var"
        file = env_file or Path(given).resolve() / "site.env"
        try:
            with alone(file):
                known = look(file)
                answered = (
                    self._ask(known.answers)
                    if answers is None
                    else self._read(known.answers, answers)
                )
                self.stdout.write("")
                if not set_up(known, answered, say=self._say):
                    raise CommandError("The site is not ready yet.")
        except (BadFile, Busy, WrongAnswers) as reason:
            raise CommandError(str(reason)) from reason
        except OSError as error:
            raise CommandError(f"{file} cannot be written: {error.strerror}") from error
        except (EOFError, KeyboardInterrupt):
            raise CommandError("Stopped. Nothing was written.") from None
        self._say(f"Start it: {how_to_start(file)}")

    def _ask(self, known: dict[str, str] | Any) -> dict[str, str]:
        self._say("Enter keeps what stands in [brackets]. Ctrl-C stops, and nothing is written.")
        return ask_all(known, read=input, read_secret=getpass, write=self._say)

    def _read(self, known: Any, file: str) -> dict[str, str]:
        try:
            text = sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8")
            return read_all(known, json.loads(text))
        except (OSError, ValueError) as error:
            raise CommandError(f"The answers cannot be read: {error}") from error

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
