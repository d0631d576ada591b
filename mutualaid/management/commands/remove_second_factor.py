from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from mutualaid.people.models import User
from mutualaid.people.sign_in.actions import remove_second_factor_by_site_keeper


class Command(BaseCommand):
    help = (
        "Remove the second factor of a person who has lost it, with all their recovery codes. They are signed"
        " out and told by mail. Make sure that it is really them who asks: ring them."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", help="the address they sign in with")

    def handle(self, *, email: str, **_: Any) -> None:
        user = User.objects.filter(email__iexact=email).first()
        if user is None:
            raise CommandError(f"Nobody has signed up with {email} yet.")
        if not remove_second_factor_by_site_keeper(user):
            raise CommandError(f"{user} has no second factor.")
        self.stdout.write(f"{user} sets up a new one when they sign in next.")
