from django.core.management.base import CommandError

from mutualaid.management.account_command import AccountCommand
from mutualaid.people.models import User
from mutualaid.people.sign_in.actions import remove_second_factor_by_site_keeper


class Command(AccountCommand):
    help = (
        "Remove the second factor of a person who has lost it, with all their recovery codes. They are signed"
        " out and told. Make sure that it is really them who asks: ring them."
    )

    def handle_account(self, user: User) -> None:
        """Raises `CommandError` where the person has none."""
        if not remove_second_factor_by_site_keeper(user):
            raise CommandError(f"{user} has no second factor.")
        self.stdout.write(f"{user} sets up a new one when they sign in next.")
