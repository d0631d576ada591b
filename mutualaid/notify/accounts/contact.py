"""How a coordinator reaches somebody who has an account: by mail or phone, each look written down."""

from typing import NamedTuple

from django.db import transaction

from mutualaid.notify.models import Preferences
from mutualaid.people.access import email_of
from mutualaid.people.models import User


class AccountContact(NamedTuple):
    """`phone` is "" where they have confirmed none: a number that nobody confirmed may be a stranger's."""

    email: str
    phone: str


@transaction.atomic
def contact_of_account(person: User, *, by: User) -> AccountContact:
    """Return how to reach the person, for someone of the team, and log the look.

    Raises `NotAllowed` and `TooManyLooks` as `email_of` does, and `WrongKey` where no configured key
    decrypts the phone; then no look is logged.
    """
    preferences = Preferences.of(person)
    phone = preferences.phone if preferences.phone_confirmed_at else ""
    return AccountContact(email_of(person, by=by, phone=bool(phone)), phone)
