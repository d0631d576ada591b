"""Open contact details for whoever may see them, and log each look; make codes to read out by phone."""

from django.db import IntegrityError, transaction
from django.utils import timezone

from mutualaid.admin.history import write_history
from mutualaid.people.introductions import is_newcomer
from mutualaid.people.models import User
from mutualaid.policy.current import current_policy
from mutualaid.transitions import StateChanged
from requests_app import rules
from requests_app.access.links import code_for, make_link
from requests_app.actions.claiming import NotForYou, NotNow, lock_account
from requests_app.actions.newcomers import note_read
from requests_app.lifecycle.actors import coordinator
from requests_app.lifecycle.transitions import lock_ask
from requests_app.models import AccessLogEntry, Ask, AskContact, Claim
from requests_app.models.event import NeedEvent
from requests_app.newcomers import Hindrance, may_open_contact


class TooManyLooks(Exception):
    """This person has looked at contact details as often as the policy allows in a day or hour."""


def contact_of_claim(claim: Claim, *, by: User) -> AskContact:
    """Open the contact details for the volunteer on the way, and log the look.

    Raises `NotForYou` for anyone else and once the claim is over, `NotNow` for someone new who saw those
    of another neighbour a short while ago, `TooManyLooks` after the policy's `contact_views_per_day`, and
    `WrongKey` if no configured key decrypts them; then no look is logged.
    """
    if not rules.can_see_contact(by, claim):
        raise NotForYou
    ask, today = claim.need.ask, timezone.localdate().isoformat()
    with transaction.atomic():
        _refuse_second_contact(claim, by)
        _log_look(ask, by, NeedEvent.Kind.VOLUNTEER, today, current_policy().contact_views_per_day)
        return AskContact.objects.get(ask=ask)


def contact_for_coordinator(ask: Ask, *, by: User) -> AskContact:
    """Open the contact details for a coordinator, and log the look.

    Raises `NotForYou` for anyone else, `TooManyLooks` after the policy's
    `coordinator_contact_views_per_hour`, and `WrongKey` if no configured key decrypts them; then no look
    is logged.
    """
    with transaction.atomic():
        _log_look_of_coordinator(ask, by)
        return AskContact.objects.get(ask=ask)


@transaction.atomic
def make_code(ask: Ask, *, by: User) -> str:
    """Make a code for a coordinator to read out to a neighbour who lost their link; clears `call_back_at`.

    It gives the access that a link gives, so it is logged as a look. Raises `NotForYou` and
    `TooManyLooks` as `contact_for_coordinator` does, and `Erased` if the ask has been erased.
    """
    lock_ask(ask)
    _log_look_of_coordinator(ask, by)
    Ask.objects.filter(pk=ask.pk).update(call_back_at=None)
    return code_for(make_link(ask))


@transaction.atomic
def note_called_back(ask: Ask, *, by: User) -> None:
    """Clear `call_back_at`: a coordinator called the neighbour.

    Raises `StateChanged` if the neighbour does not wait for a call, and `Erased`.
    """
    lock_ask(ask)
    if Ask.objects.filter(pk=ask.pk).exclude(call_back_at=None).update(call_back_at=None) != 1:
        raise StateChanged("call back")
    note_read(ask, by=coordinator(by))
    write_history(ask, by=by, words="called back")


def _refuse_second_contact(claim: Claim, by: User) -> None:
    """Raises `NotNow` for someone new who saw another neighbour's details lately, also of two looks at once.

    The ask is locked before the account, as wherever someone becomes known.
    """
    if claim.is_given or not is_newcomer(by):
        return
    list(Ask.objects.filter(pk=claim.need.ask_id).select_for_update(no_key=True).values_list("pk"))
    if not may_open_contact(lock_account(by), claim):
        raise NotNow(Hindrance.ONE_CONTACT)


def _log_look_of_coordinator(ask: Ask, by: User) -> None:
    if not by.is_staff:
        raise NotForYou
    note_read(ask, by=coordinator(by))
    hour = timezone.now().strftime("%Y-%m-%dT%H")
    _log_look(
        ask,
        by,
        NeedEvent.Kind.COORDINATOR,
        hour,
        current_policy().coordinator_contact_views_per_hour,
    )


def _log_look(ask: Ask, by: User, kind: str, window: str, most: int) -> None:
    """Log the look in the first free slot of the window; a constraint refuses a slot taken twice.

    Raises `TooManyLooks` if all slots, 1 to `most`, are taken.
    """
    own_looks = AccessLogEntry.objects.filter(by=by, window=window)
    taken = set(own_looks.values_list("slot", flat=True))
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
