"""What this room notices of accounts below it: the contact points of each are kept as fingerprints."""

from typing import Any

from allauth.account.models import EmailAddress
from django.db import transaction
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

from mutualaid.encryption.fingerprints import fingerprints
from mutualaid.notify.models import Preferences
from mutualaid.people.models import AccountContactPoint, User


@receiver(post_save, sender=User)
@receiver([post_save, post_delete], sender=EmailAddress)
@receiver([post_save, post_delete], sender=Preferences)
@transaction.atomic
def on_contact_point_changed(
    instance: Any, raw: bool = False, origin: Any = None, **_: Any
) -> None:
    """Rooms above hear of each new one by its `post_save`, so they are not created in bulk.

    Not while the account itself is deleted (`origin`): its rows go with it, and none comes back.
    Nor while a backup is read (`raw`): it holds the rows.
    """
    if raw or getattr(origin, "model", type(origin)) is User:
        return
    user = instance.pk if isinstance(instance, User) else instance.user_id
    there = AccountContactPoint.objects.filter(user=user)
    known = set(there.values_list("fingerprint", flat=True))
    wanted = _fingerprints_of_account(user)
    there.filter(fingerprint__in=known - wanted).delete()
    for new in sorted(wanted - known):
        AccountContactPoint.objects.get_or_create(user_id=user, fingerprint=new)


def _fingerprints_of_account(user: int) -> set[str]:
    """Of every address the account has, confirmed or not, and of its phone once that is confirmed.

    None of an account that is erased, or is being erased just now.
    """
    own = list(User.objects.filter(pk=user, erased_at=None).values_list("email", flat=True))
    if not own:
        return set()
    mails = EmailAddress.objects.filter(user=user).values_list("email", flat=True)
    confirmed = Preferences.objects.exclude(phone_request=None, phone_confirmed_at=None)
    phones = [preferences.phone for preferences in confirmed.filter(user=user).only("phone")]
    return fingerprints(*mails, *own, *phones)
