from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import BadRequest
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from mutualaid.boundary.incoming import read_json
from mutualaid.resources.hsds.reading import import_services

MOST_BYTES = 20_000_000


class Command(BaseCommand):
    help = (
        "Read what is near from HSDS 3 JSON. A service with the id of one that is here changes it. "
        "Where anything in the file is wrong nothing is written, and all of it is said."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE.json")

    def handle(self, *, file: Path, **_options: Any) -> None:
        try:
            if file.stat().st_size > MOST_BYTES:
                raise CommandError(_("The file is larger than 20 MB. Split it."))
            data = read_json(file.read_bytes())
        except OSError as error:
            raise CommandError(str(error)) from None
        except BadRequest:
            raise CommandError(_("This is no JSON that can be read.")) from None
        outcome = import_services(data, by=None)
        if outcome.mistakes:
            heading = _("Nothing was written. Please mend this first:")
            raise CommandError("\n  ".join([heading, *outcome.mistakes]))
        self.stdout.write(_("Added: %d") % outcome.added)
        self.stdout.write(_("Changed: %d") % outcome.changed)
        self.stdout.write(_("Were there already: %d") % outcome.same)
