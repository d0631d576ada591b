from django.conf import settings

from mutualaid.management.account_command import AccountCommand
from mutualaid.people.models import Role, User
from mutualaid.people.roles import add_role


class Command(AccountCommand):
    help = "Make a person who has an account a coordinator."

    def handle_account(self, user: User) -> None:
        add_role(user, Role.COORDINATOR)
        self.stdout.write(f"{user} is a coordinator now.")
        if settings.SECOND_FACTOR_REQUIRED:
            self.stdout.write(
                f"They set up a second factor at {settings.SITE_URL}/admin/: best today."
            )
