"""Looking at the e-mail or phone of an account: each look is logged, and an hour has room for a few."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from mutualaid.people.decisions import NotAllowed
from mutualaid.people.models import AccountAccessLogEntry, User
from mutualaid.people.roles import SEE_EMAILS
from mutualaid.policy.current import current_policy


class TooManyLooks(Exception):
    """This person has looked at as many accounts as the policy allows in an hour."""


@transaction.atomic
def email_of(person: User, *, by: User, phone: bool = False) -> str:
    """Return the e-mail of an account for someone of the team, "" for none, and log the look.

    `phone`: they are shown the phone beside it, and so the log says.

    The first look of a day at a person counts towards the policy's `coordinator_contact_views_per_hour`.
    Raises `NotAllowed` for whoever may not see e-mails, and `TooManyLooks`.
    """
    if not by.has_perm(SEE_EMAILS):
        raise NotAllowed
    now = timezone.now()
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    looks = AccountAccessLogEntry.objects.filter(by=by)
    if looks.filter(person=person, at__gte=midnight).exists():
        AccountAccessLogEntry.objects.create(person=person, by=by, window=_window(now), phone=phone)
    else:
        _log_first_look(person, by, _window(now), phone)
    return person.email or ""


def _window(now: datetime) -> str:
    return now.strftime("%Y-%m-%dT%H")


def _log_first_look(person: User, by: User, window: str, phone: bool) -> None:
    """Take the first free slot of the hour; a constraint refuses a slot taken twice.

    Raises `TooManyLooks` where all are taken.
    """
    looks = AccountAccessLogEntry.objects.filter(by=by, window=window)
    taken = set(looks.values_list("slot", flat=True))
    for slot in range(1, current_policy().coordinator_contact_views_per_hour + 1):
        if slot in taken:
            continue
        try:
            with transaction.atomic():
                AccountAccessLogEntry.objects.create(
                    person=person, by=by, window=window, slot=slot, phone=phone
                )
        except IntegrityError:
            continue
        return
    raise TooManyLooks
