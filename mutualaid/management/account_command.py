from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from mutualaid.notify.phones import account_of
from mutualaid.people.forms import read_email_or_phone
from mutualaid.people.models import User


class AccountCommand(BaseCommand):
    """A command about one person, who is named by the e-mail or the confirmed phone of their account."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "email_or_phone", help="what they sign in with, like name@example.org or +15550100123"
        )

    def handle(self, *, email_or_phone: str, **_: Any) -> None:
        """Raises `CommandError` for what is neither, and where no account has it."""
        try:
            email, phone = read_email_or_phone(email_or_phone)
        except ValidationError:
            raise CommandError(
                "Write one e-mail address, or one whole phone number like +15550100123."
            ) from None
        user = account_of(phone) if phone else User.objects.filter(email__iexact=email).first()
        if user is None:
            raise CommandError(f"Nobody has signed up with {email_or_phone} yet.")
        self.handle_account(user)

    def handle_account(self, user: User) -> None:
        """Do it. Raises `NotImplementedError` by default."""
        raise NotImplementedError
