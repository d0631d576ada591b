"""Keep the contact points of each account as fingerprints; tell people when their ways to sign in change."""

import secrets
from collections.abc import Set
from typing import Any

from allauth.account.models import EmailAddress
from allauth.account.signals import (
    authentication_step_completed,
    email_changed,
    email_confirmed,
    email_removed,
    password_changed,
    password_reset,
    password_set,
)
from django.db import transaction
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from django.utils import timezone

from mutualaid.encryption.fingerprints import fingerprints
from mutualaid.notify.actions import tell_old_email
from mutualaid.notify.channels.mail import Mail
from mutualaid.notify.channels.sms import Sms
from mutualaid.notify.models import CallTask, Preferences, Suppression
from mutualaid.notify.outbox import enqueue
from mutualaid.notify.recipient import address_fingerprint
from mutualaid.people.actions import end_what_runs
from mutualaid.people.models import AccountContactPoint, BlockedContactPoint, User
from mutualaid.people.signals import (
    contact_points_blocked,
    second_factor_guessed,
    ways_to_sign_in_changed,
)

FINGERPRINTED = {"email", "erased_at", "phone", "phone_confirmed_at"}
"""The fields of accounts, their e-mails and their preferences by which contact points come and go."""


@receiver(post_save, sender=User)
@receiver([post_save, post_delete], sender=EmailAddress)
@receiver([post_save, post_delete], sender=Preferences)
@transaction.atomic
def on_contact_point_changed(
    instance: Any,
    raw: bool = False,
    origin: Any = None,
    update_fields: Set[str] | None = None,
    **_: Any,
) -> None:
    """Bring the `AccountContactPoint`s of the account up to date.

    They are not created in bulk, for other apps receive the `post_save` of each new one. Nothing is done
    while the account itself is deleted (`origin`), for its rows go with it, nor while a backup is loaded
    (`raw`), for it holds the rows, nor for a change of other fields, such as the time of a sign-in.
    """
    if raw or getattr(origin, "model", type(origin)) is User:
        return
    if update_fields is not None and not update_fields & FINGERPRINTED:
        return
    user = instance.pk if isinstance(instance, User) else instance.user_id
    rows = AccountContactPoint.objects.filter(user=user)
    stored = set(rows.values_list("fingerprint", flat=True))
    current = _fingerprints_of_account(user)
    blocked = BlockedContactPoint.objects.filter(fingerprint__in=stored | current).fingerprints()
    # Whoever gives up a blocked contact point is the same person still: it goes when the block ends.
    gone = stored - current - blocked if current else stored
    rows.filter(fingerprint__in=gone).delete()
    for new in sorted(current - stored):
        AccountContactPoint.objects.get_or_create(user_id=user, fingerprint=new)
    if blocked & (current - stored):
        end_what_runs(User.objects.get(pk=user), by=None)


@receiver(contact_points_blocked)
def on_contact_points_blocked(fingerprints: Set[str], **_: Any) -> None:
    """Take the calls to these phones from the list."""
    CallTask.calls.to(fingerprints).tidy()


@receiver(post_delete, sender=BlockedContactPoint)
def on_block_ended(instance: BlockedContactPoint, **_: Any) -> None:
    """Forget it of the accounts that gave it up meanwhile."""
    rows = AccountContactPoint.objects.filter(fingerprint=instance.fingerprint)
    for row in rows:
        if row.fingerprint not in _fingerprints_of_account(row.user_id):
            row.delete()


@receiver(email_confirmed)
def on_email_confirmed(email_address: EmailAddress, **_: Any) -> None:
    Suppression.reopen(Mail.name, address_fingerprint(email_address.email))


@receiver(authentication_step_completed)
def on_code_typed(method: str, email: str = "", phone: str = "", **_: Any) -> None:
    """Write again to where the code was sent that someone has just read there: it is alive after all."""
    for channel, address in ((Mail.name, email), (Sms.name, phone)):
        if method == "code" and address:
            Suppression.reopen(channel, address_fingerprint(address))


@receiver([ways_to_sign_in_changed, password_set, password_changed, password_reset])
@transaction.atomic
def on_ways_to_sign_in_changed(user: User, **_: Any) -> None:
    """Tell the owner each time, so that they notice when it was someone else."""
    key = f"ways_to_sign_in:{user.pk}:{secrets.token_hex(8)}"
    enqueue("ways_to_sign_in", about_id=user.pk, to=user, key=key)


@receiver(email_changed)
def on_email_changed(user: User, from_email_address: EmailAddress | None, **_: Any) -> None:
    """Tell the address that the account went by, so that its owner notices when it was someone else."""
    if from_email_address and from_email_address.verified:
        tell_old_email(from_email_address.email, language=user.language)


@receiver(email_removed)
def on_email_removed(user: User, email_address: EmailAddress, **_: Any) -> None:
    """Tell an address that no longer leads into the account."""
    if email_address.verified:
        tell_old_email(email_address.email, language=user.language)


@receiver(second_factor_guessed)
@transaction.atomic
def on_second_factor_guessed(user: User, **_: Any) -> None:
    """Tell the owner once a day: whoever guesses there can read their codes already."""
    key = f"second_factor_guessed:{user.pk}:{timezone.localdate():%Y-%m-%d}"
    enqueue("second_factor_guessed", about_id=user.pk, to=user, key=key)


def _fingerprints_of_account(user: int) -> set[str]:
    """Of every e-mail the account has, confirmed or not, and of its phone once that is confirmed.

    Empty for an account that is erased, or is being erased just now.
    """
    account = User.objects.filter(pk=user, erased_at=None).only("email").first()
    if account is None:
        return set()
    emails = EmailAddress.objects.filter(user=user).values_list("email", flat=True)
    # Else whoever types a stranger's phone would see, by what is hidden from them, what that one asked for.
    confirmed = Preferences.objects.exclude(phone_confirmed_at=None)
    phones = [preferences.phone for preferences in confirmed.filter(user=user).only("phone")]
    return fingerprints(*emails, account.email or "", *phones)
