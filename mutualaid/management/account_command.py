from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from mutualaid.people.models import User


class AccountCommand(BaseCommand):
    """A command about one person, who is named by the e-mail of their account."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", help="the address they sign in with")

    def handle(self, *, email: str, **_: Any) -> None:
        """Raises `CommandError` where no account has this e-mail."""
        user = User.objects.filter(email__iexact=email).first()
        if user is None:
            raise CommandError(f"Nobody has signed up with {email} yet.")
        self.handle_account(user)

    def handle_account(self, user: User) -> None:
        """Do it. Raises `NotImplementedError` by default."""
        raise NotImplementedError
