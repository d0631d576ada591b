"""What this room does when something happens in one below it."""

from typing import Any

from allauth.account.models import EmailAddress
from django.db import transaction
from django.db.models.signals import post_save
from django.dispatch import receiver

from mutualaid.notify.models import Preferences
from mutualaid.people.models import User
from requests_app.access.exclusions import note_owner
from requests_app.actions import keep_away
from requests_app.lifecycle.actors import SITE


@receiver(post_save, sender=User)
@receiver(post_save, sender=EmailAddress)
@receiver(post_save, sender=Preferences)
@transaction.atomic
def an_account_has_an_address(instance: Any, **_: Any) -> None:
    """It may be one from whose owner a need is kept."""
    address = instance.phone if isinstance(instance, Preferences) else instance.email
    person = instance.pk if isinstance(instance, User) else instance.user_id
    for need in note_owner(person, address):
        keep_away(need, by=SITE)
