from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

from mutualaid.backups import identity
from mutualaid.catalog.seeding import seed_categories, seed_languages
from mutualaid.policy.actions import make_policy


class Command(BaseCommand):
    help = (
        "Fill in what a new site starts with: categories, languages, and how the group works. What is"
        " there already stays."
    )

    def handle(self, **options: Any) -> None:
        call_command("createcachetable", verbosity=0)
        identity.keep()
        added = make_policy() + seed_categories() + seed_languages()
        if options["verbosity"]:
            self.stdout.write(f"{added} rows added.")
