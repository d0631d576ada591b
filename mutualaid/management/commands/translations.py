from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from mutualaid.i18n.catalogue import compile_all, faults, languages

STEPS = """collect: new strings into the catalogues; compile: for use; check: is all translated?
missing: write what a language lacks into a file; fill: read that file in again."""


class Command(BaseCommand):
    help = "Keep the words of the site in step with its translations."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "step", choices=["collect", "compile", "check", "missing", "fill"], help=STEPS
        )
        known = [code for code, _name in settings.KNOWN_LANGUAGES if code != "en"]
        parser.add_argument("language", nargs="?", choices=known, help="for missing and fill")
        parser.add_argument("file", nargs="?", type=Path, help="for missing and fill: a .po file")
        parser.add_argument(
            "--machine-made", action="store_true", help="fill: no person has read it yet"
        )

    def handle(
        self,
        *,
        step: str,
        language: str | None = None,
        file: Path | None = None,
        machine_made: bool = False,
        verbosity: int,
        **_: Any,
    ) -> None:
        if step in ("missing", "fill"):
            if not language or not file:
                raise CommandError(f"Name a language and a file: translations {step} fr french.po")
            summary = (
                self._missing(language, file)
                if step == "missing"
                else self._fill(language, file, machine_made)
            )
        elif step == "compile":
            summary = f"{compile_all()} catalogues compiled."
        else:
            summary = self._collect() if step == "collect" else self._check()
        if verbosity:
            self.stdout.write(summary)

    def _collect(self) -> str:
        from mutualaid.i18n.collect import (  # Babel is there for development only
            collect,
            write_englishes,
        )

        write_englishes()
        return "\n".join(f"{code}: {collect(code)} new strings." for code in languages())

    def _check(self) -> str:
        from mutualaid.i18n.collect import in_source, stale_englishes, to_translate

        problems = [
            f"{code}: {fault}"
            for code in languages()
            for fault in faults(code, to_translate(code))
            if code in dict(settings.LANGUAGES) or not fault.startswith("not translated")
        ]
        problems += [f"{name} English: collect it again" for name in stale_englishes()]
        if problems:
            raise CommandError("\n".join(problems))
        offered = [code for code, _name in settings.LANGUAGES if code != "en"]
        return f"{len(in_source())} strings, all translated into {', '.join(offered)}."

    def _missing(self, language: str, file: Path) -> str:
        from mutualaid.i18n.exchange import missing

        empty = missing(language)
        empty.save(str(file))
        return f"{len(empty)} strings to translate into {language}: {file}"

    def _fill(self, language: str, file: Path, machine_made: bool) -> str:
        from mutualaid.i18n.exchange import fill

        taken, wrong = fill(language, file, by_machine=machine_made)
        if wrong:
            raise CommandError("\n".join([f"{taken} taken, {len(wrong)} left out:", *wrong]))
        return f"{taken} translations taken into {language}."
