from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from mutualaid.importing.command_line.generate_offers import generate_offers
from mutualaid.importing.command_line.terminal import as_command_error


class Command(BaseCommand):
    help = (
        "Make up volunteers with offers, spread over the areas and categories, to try a city out. "
        "They are real rows: needs are matched with them, and messages to them are put out."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("count", type=_count, metavar="N")
        parser.add_argument("--seed", type=int, default=1, help="another seed: other people")
        parser.add_argument("--really", action="store_true", help="outside the demo as well")

    def handle(self, *, count: int, seed: int, really: bool, **_options: Any) -> None:
        if not (settings.DEMO or really):
            raise CommandError(
                _("Here are real people. Made-up ones belong into a demo; if you mean it: --really")
            )
        with as_command_error():
            made = generate_offers(count, seed=seed)
        values = {"made": made, "there": count - made}
        self.stdout.write(_("Added: %(made)d. Were there already: %(there)d") % values)


def _count(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) <= 100_000:
        raise ArgumentTypeError("from 1 to 100000")
    return int(text)
