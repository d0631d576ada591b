from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from mutualaid.i18n.catalogue import compile_all, faults, languages


class Command(BaseCommand):
    help = "Keep the words of the site in step with its translations."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "step",
            choices=["collect", "compile", "check"],
            help="collect: new strings into the catalogues; compile: for use; check: is all translated?",
        )

    def handle(self, *, step: str, verbosity: int, **_: Any) -> None:
        if step == "compile":
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
        from mutualaid.i18n.collect import in_source, stale_englishes

        source = in_source()
        problems = [f"{code}: {fault}" for code in languages() for fault in faults(code, source)]
        problems += [f"{name} English: collect it again" for name in stale_englishes()]
        if problems:
            raise CommandError("\n".join(problems))
        return f"{len(source)} strings, all translated into {', '.join(languages())}."
