from django.db import IntegrityError, transaction
from django.utils import timezone

from mutualaid.admin.history import write_history
from mutualaid.people.models import User
from mutualaid.policy.current import current_policy
from mutualaid.transitions import StateChanged
from requests_app import rules
from requests_app.access.links import code_for, make_link
from requests_app.actions.claiming import NotForYou
from requests_app.lifecycle.transitions import lock_ask
from requests_app.models import AccessLogEntry, Ask, AskContact, Claim
from requests_app.models.event import NeedEvent


class TooManyLooks(Exception):
    """This person has looked at as many contact details as one may in this time."""


def contact_of_claim(claim: Claim, *, by: User) -> AskContact:
    """Open the contact details for the volunteer who is on their way, and write the look down.

    Raises `NotForYou` once the claim is over, and `TooManyLooks` after `contact_views_per_day`.
    """
    if not rules.can_see_contact(by, claim):
        raise NotForYou
    ask, today = claim.need.ask, timezone.localdate().isoformat()
    with transaction.atomic():
        _log_look(ask, by, NeedEvent.Kind.VOLUNTEER, today, current_policy().contact_views_per_day)
        return AskContact.objects.get(ask=ask)


def contact_for_coordinator(ask: Ask, *, by: User) -> AskContact:
    """Open the contact details for a coordinator, and write the look down.

    Raises `NotForYou` for anybody else, and `TooManyLooks` after `coordinator_contact_views_per_hour`.
    """
    with transaction.atomic():
        _log_look_of_coordinator(ask, by)
        return AskContact.objects.get(ask=ask)


@transaction.atomic
def make_code(ask: Ask, *, by: User) -> str:
    """Make a code that a coordinator reads out to whoever lost their link, and note that they were rung.

    It opens what the link opens, so it counts as a look and stands in the list that the neighbour sees.
    Raises what `contact_for_coordinator` raises, and `Erased`.
    """
    lock_ask(ask)
    _log_look_of_coordinator(ask, by)
    Ask.objects.filter(pk=ask.pk).update(call_back_at=None)
    return code_for(make_link(ask))


@transaction.atomic
def note_called_back(ask: Ask, *, by: User) -> None:
    """A coordinator rang whoever was to be rung.

    Raises `StateChanged` where nobody is any more, and `Erased`.
    """
    lock_ask(ask)
    if Ask.objects.filter(pk=ask.pk).exclude(call_back_at=None).update(call_back_at=None) != 1:
        raise StateChanged("call back")
    write_history(ask, by=by, words="called back")


def _log_look_of_coordinator(ask: Ask, by: User) -> None:
    if not by.is_staff:
        raise NotForYou
    hour = timezone.now().strftime("%Y-%m-%dT%H")
    _log_look(
        ask,
        by,
        NeedEvent.Kind.COORDINATOR,
        hour,
        current_policy().coordinator_contact_views_per_hour,
    )


def _log_look(ask: Ask, by: User, kind: str, window: str, most: int) -> None:
    """Take the first free place of the window; the database refuses a place taken twice."""
    mine = AccessLogEntry.objects.filter(by=by, window=window)
    taken = set(mine.values_list("slot", flat=True))
    for slot in range(1, most + 1):
        if slot in taken:
            continue
        try:
            with transaction.atomic():
                AccessLogEntry.objects.create(
                    ask=ask, by=by, by_kind=kind, window=window, slot=slot
                )
        except IntegrityError:
            continue
        return
    raise TooManyLooks
