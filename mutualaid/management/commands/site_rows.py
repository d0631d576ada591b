import json
import sys
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from mutualaid.hosting import rows


class Command(BaseCommand):
    help = "What `setup` and `sites` write into the database of a site: JSON in, JSON out."
    requires_system_checks = ()

    def handle(self, **options: Any) -> None:
        changes = json.loads(sys.stdin.read() or "null")
        try:
            found = rows.standing() if changes is None else rows.apply(changes)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        except rows.SecondCoordinator as error:
            message = (
                "There is a coordinator: whoever joins the team is decided by two, in the admin."
            )
            raise CommandError(message) from error
        self.stdout.write(json.dumps(found))
