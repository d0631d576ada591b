from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from mutualaid.people.models import Role, User
from mutualaid.people.roles import add_role


class Command(BaseCommand):
    help = "Make a person who has an account a coordinator."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", help="the address they sign in with")

    def handle(self, *, email: str, **_: Any) -> None:
        user = User.objects.filter(email__iexact=email).first()
        if user is None:
            raise CommandError(f"Nobody has signed up with {email} yet.")
        add_role(user, Role.COORDINATOR)
        self.stdout.write(f"{user} is a coordinator now.")
        if settings.SECOND_FACTOR_REQUIRED:
            self.stdout.write(
                f"They set up a second factor at {settings.SITE_URL}/admin/: best today."
            )
