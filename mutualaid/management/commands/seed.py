from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

from mutualaid.catalog.seeding import seed_categories, seed_languages


class Command(BaseCommand):
    help = (
        "Fill in the categories and languages a new site starts with. What is there already stays."
    )

    def handle(self, **options: Any) -> None:
        call_command("createcachetable", verbosity=0)
        made = seed_categories() + seed_languages()
        if options["verbosity"]:
            self.stdout.write(f"{made} rows added.")
