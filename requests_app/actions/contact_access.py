from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from mutualaid.people.models import User
from requests_app import rules
from requests_app.actions.claiming import NotForYou
from requests_app.models import AccessLogEntry, Claim, Need, NeedContact
from requests_app.models.event import NeedEvent


class TooManyLooks(Exception):
    """This person has looked at as many contact details as one may in this time."""


def contact_of_claim(claim: Claim, *, by: User) -> NeedContact:
    """Open the contact details for the volunteer who is on her way, and write the look down.

    Raises `NotForYou` once the claim is over, and `TooManyLooks` after `LOOKS_A_DAY` on one day.
    """
    if not rules.can_see_contact(by, claim):
        raise NotForYou
    today = timezone.localdate().isoformat()
    return _look(claim.need, by, NeedEvent.Kind.VOLUNTEER, today, settings.LOOKS_A_DAY)


def contact_for_desk(need: Need, *, by: User) -> NeedContact:
    """Open the contact details for a coordinator, and write the look down.

    Raises `NotForYou` for anybody else, and `TooManyLooks` after `DESK_LOOKS_AN_HOUR` in one hour.
    """
    if not by.is_staff:
        raise NotForYou
    hour = timezone.now().strftime("%Y-%m-%dT%H")
    return _look(need, by, NeedEvent.Kind.COORDINATOR, hour, settings.DESK_LOOKS_AN_HOUR)


@transaction.atomic
def _look(need: Need, by: User, kind: str, window: str, most: int) -> NeedContact:
    """Take the first free place of the window; the database refuses a place taken twice."""
    mine = AccessLogEntry.objects.filter(by=by, window=window)
    taken = set(mine.values_list("slot", flat=True))
    for slot in range(1, most + 1):
        if slot in taken:
            continue
        try:
            with transaction.atomic():
                AccessLogEntry.objects.create(
                    need=need, by=by, by_kind=kind, window=window, slot=slot
                )
        except IntegrityError:
            continue
        return NeedContact.objects.get(need=need)
    raise TooManyLooks
