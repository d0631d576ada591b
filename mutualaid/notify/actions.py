"""What a person changes about the messages they get; and the account of whoever has only a phone."""

import secrets
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy

from mutualaid.encryption.fingerprints import fingerprints
from mutualaid.notify.channels.push import PushSubscription, checked
from mutualaid.notify.models import AccountMail, CallTask, Device, Preferences
from mutualaid.notify.models.preferences import ways_by_text
from mutualaid.notify.outbox import enqueue
from mutualaid.notify.phones import account_of
from mutualaid.notify.recipient import Recipient, address_fingerprint
from mutualaid.people.models import Role, User
from mutualaid.people.roles import add_role

CHOSEN_BY_CHANNEL = (
    "invitations",
    "urgent",
    "tasks",
    "care",
    "digest",
    "decisions",
    "breaks",
    "hours",
)
"""Groups of messages for which a person chooses channels: keys of `Preferences.ways`."""
PHONE_TAKEN = gettext_lazy(
    "Another account uses this number to sign in. Please use another number, or sign in"
    " with this one."
)
OLD_ADDRESS_KEPT = timedelta(days=1)
"""How long the word to an old phone or e-mail waits for a gateway that is down. Assumed, not measured."""
MOST_DEVICES = 5
"""The newest ones are kept: each is one more HTTP request for each message."""


@transaction.atomic
def save_preferences(user: User, *, language: str, **chosen: Any) -> None:
    """Save what they want to hear, where and when: the cleaned data of `forms.PreferencesForm`.

    Fields of `Preferences` by name, and channels by the group of messages. What they chose of a group that
    the form does not show them now stays.
    """
    ways = {group: chosen.pop(group) for group in CHOSEN_BY_CHANNEL if group in chosen}
    before = Preferences.objects.filter(user=user).values_list("ways", flat=True).first() or {}
    Preferences.objects.update_or_create(user=user, defaults={**chosen, "ways": before | ways})
    User.objects.filter(pk=user.pk).update(language=language)


def limit_invitations(user: User, most: int | None) -> None:
    """Invite them at most so many times a week: 0 is not at all, None as often as the group does."""
    Preferences.objects.update_or_create(user=user, defaults={"max_invitations_per_week": most})


class OnlyWayIn(Exception):
    """This phone is all that an account has to sign in with."""


@transaction.atomic
def account_with_phone(phone: str, *, name: str, language: str) -> User:
    """The account of whoever has just shown that this phone is theirs: the one that has it, or a new one.

    `phone` is in E.164. Of two at once one makes it, by a constraint, and both get the same. It may be
    switched off.
    """
    if owner := account_of(phone):
        return owner
    (identity,) = fingerprints(phone)
    try:
        with transaction.atomic():
            user = User.objects.create_user(None, name=name, language=language)
            add_role(user, Role.NEIGHBOUR)
            Preferences.objects.create(
                user=user,
                phone=phone,
                phone_confirmed_at=timezone.now(),
                phone_identity=identity,
                ways=ways_by_text(),
            )
    except IntegrityError:
        return User.objects.get(preferences__phone_identity=identity)
    return user


class PhoneTaken(Exception):
    """This phone is all that another account has to sign in with."""


def check_passes_on(phone: str, *, to: User) -> None:
    """Refuse where the account that has this phone has no e-mail, as it stands under its lock.

    The lock is kept until the end of the transaction: meanwhile no other process deletes that e-mail.

    Raises `PhoneTaken`.
    """
    owner = account_of(phone)
    if owner and owner != to and not _locked_email(owner):
        raise PhoneTaken


@transaction.atomic
def change_phone(user: User, phone: str) -> None:
    """Let the account have another phone, which its owner has just shown to be theirs; tell the old one.

    `phone` is in E.164. Of two accounts at once one gets it, by a constraint. Does nothing for an account
    that was erased meanwhile. Raises `PhoneTaken`: a number passes on from an account that has an e-mail to
    get in by, and from no other.
    """
    check_passes_on(phone, to=user)
    preferences = Preferences.objects.select_for_update().filter(user=user).first()
    if preferences is None:
        return
    old = preferences.phone if preferences.phone_confirmed_at else ""
    (identity,) = fingerprints(phone)
    preferences.phone, preferences.phone_identity = phone, identity
    preferences.phone_request, preferences.phone_confirmed_at = None, timezone.now()
    try:
        with transaction.atomic():
            preferences.save()
    except IntegrityError:
        raise PhoneTaken from None
    if old and old != phone:
        _tell_old_phone(old, language=user.language)


@transaction.atomic
def give_phone(user: User, phone: str) -> None:
    """Keep a phone number, and ask there whether it is theirs. Until then nothing else is sent to it.

    Raises `OnlyWayIn` where they would have no way to sign in until then.
    """
    _check_has_email(user)
    phone_request = secrets.randbits(62)
    fields = {
        "phone": phone,
        "phone_request": phone_request,
        "phone_confirmed_at": None,
        "phone_identity": None,
    }
    Preferences.objects.update_or_create(user=user, defaults=fields)
    recipient = Recipient(phone=phone, texts=True)
    enqueue("text_confirm", about_id=phone_request, to=user, recipient=recipient)


@transaction.atomic
def add_device(user: User, subscription: PushSubscription | None) -> bool:
    """Notify this browser too, as one of the newest `MOST_DEVICES`.

    False where it gave no subscription, or one of no maker we know, or with keys that are none.
    """
    subscription = checked(subscription) if subscription else None
    if subscription is None:
        return False
    fingerprint = address_fingerprint(subscription["endpoint"])
    Device.objects.update_or_create(
        fingerprint=fingerprint, defaults={"user": user, **subscription}
    )
    too_many = Device.objects.filter(user=user).order_by("-pk")[MOST_DEVICES:]
    Device.objects.filter(pk__in=list(too_many.values_list("pk", flat=True))).delete()
    return True


def forget_devices(user: User) -> None:
    Device.objects.filter(user=user).delete()


@transaction.atomic
def forget_phone(user: User) -> None:
    """Send no text messages any more, and delete the number.

    Raises `OnlyWayIn` where they would have no way to sign in any more.
    """
    _check_has_email(user)
    for preferences in Preferences.objects.select_for_update().filter(user=user):
        preferences.phone, preferences.phone_identity = "", None
        preferences.phone_request = preferences.phone_confirmed_at = None
        preferences.save()  # and not `update`: what keeps the account's contact points hears of it
    CallTask.calls.filter(recipient=user).tidy()


@transaction.atomic
def tell_old_email(email: str, *, language: str) -> None:
    """Keep an address that an account no longer goes by, encrypted, until it is told."""
    mail = AccountMail.objects.create(
        email=email, language=language, expires_at=Now() + OLD_ADDRESS_KEPT
    )
    enqueue("email_changed", about_id=mail.pk, recipient=Recipient(email, language=language))


def _tell_old_phone(phone: str, *, language: str) -> None:
    """Keep the number, encrypted, until it is told."""
    expires_at = Now() + OLD_ADDRESS_KEPT
    mail = AccountMail.objects.create(phone=phone, language=language, expires_at=expires_at)
    recipient = Recipient(phone=phone, texts=True, language=language, phone_confirmed=True)
    enqueue("phone_changed", about_id=mail.pk, recipient=recipient)


def _check_has_email(user: User) -> None:
    """Raises `OnlyWayIn` unless the account has an e-mail, as it stands in the database, under its lock."""
    if not _locked_email(user):
        raise OnlyWayIn


def _locked_email(user: User) -> str | None:
    emails = User.objects.select_for_update(no_key=True).values_list("email", flat=True)
    return emails.get(pk=user.pk)
