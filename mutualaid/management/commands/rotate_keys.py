"""After a new key was put in front of CONTACT_KEYS: encrypt everything with it."""

from itertools import chain
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from mutualaid.encryption.fields import writing_key_id
from mutualaid.encryption.rotation import rotate
from mutualaid.people.sign_in.mfa import rotate_secrets


class Command(BaseCommand):
    help = (
        "Encrypt all contact details with the first of CONTACT_KEYS, each for its own row. It can be"
        " stopped and repeated, while the site runs. Afterwards the other keys are needed for old backups"
        " only, and for two weeks for who is signed in and what people are just typing."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        moved = unreadable = 0
        for written, failed in chain(rotate(), rotate_secrets()):
            moved, unreadable = moved + written, unreadable + failed
        line = _("%(count)d rows moved to key %(key)s.")
        self.stdout.write(line % {"count": moved, "key": writing_key_id()})
        if unreadable:
            message = _(
                "%d rows cannot be opened with these keys. They stay as they are: find the key."
            )
            raise CommandError(message % unreadable)
