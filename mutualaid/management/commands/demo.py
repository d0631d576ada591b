from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from mutualaid.demo.cast import SIGN_INS
from mutualaid.demo.neighbourhood import demo_password, fill


class Command(BaseCommand):
    help = "Fill an empty site with a made-up neighbourhood, and say whom to sign in as."

    def handle(self, **_: Any) -> None:
        if not settings.DEMO:
            raise CommandError("This is for the demo only: set DEMO=1.")
        fill()
        self.stdout.write(f"Sign in at {settings.SITE_URL}/account/login/ with")
        for person in SIGN_INS:
            self.stdout.write(f"  {person.role.label:12} {person.email:22} {demo_password()}")
        self.stdout.write(f"Mail it would have sent: {settings.SITE_URL}/demo/mail/")
        self.stdout.write(f"The coordinators' admin: {settings.SITE_URL}/admin/")
