import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from mutualaid.health.alarm import watch
from mutualaid.health.look import look, worst


class Command(BaseCommand):
    help = (
        "Say of each part of the site whether it is well. Ends with 0 where all is, with 1 where something is"
        " slow, with 2 where something stands still."
    )
    requires_system_checks = ()  # they may ask what hangs

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--alarm", action="store_true", help="tell the group what stands still")

    def handle(self, *, alarm: bool, **options: Any) -> None:
        findings = watch() if alarm else look()
        for one in findings:
            if options["verbosity"] and (options["verbosity"] > 1 or not one.is_ok):
                self.stdout.write(f"{one.name} – {one.state.label} – {one.sentence}")
        if code := int(worst(findings)):
            sys.exit(code)
        if options["verbosity"]:
            self.stdout.write("Everything is well.")
