"""Open contact details for whoever may see them, and log it; find asks and make codes on the phone.

The limit counts asks, not looks: whoever opens an ask again on the same day is not slowed. Each look of a
coordinator is logged; of a volunteer, whose page stays open while they are on the way, the first of a day.
"""

from collections.abc import Iterable
from typing import NamedTuple

from django.db import IntegrityError, transaction
from django.utils import timezone

from mutualaid.admin.history import write_history
from mutualaid.contact_points import ContactPoint
from mutualaid.encryption.fields import readable_texts
from mutualaid.encryption.fingerprints import fingerprints_of
from mutualaid.forms.name_search import names_like
from mutualaid.people.introductions import is_newcomer
from mutualaid.people.models import User
from mutualaid.policy.current import current_policy
from requests_app import rules
from requests_app.access.links import code_for, make_link, private_url
from requests_app.actions.claiming import NotForYou, NotNow, lock_account
from requests_app.actions.newcomers import note_read
from requests_app.lifecycle.actors import Kind, coordinator
from requests_app.lifecycle.transitions import lock_ask, log_event
from requests_app.models import AccessLogEntry, Ask, AskContact, Claim
from requests_app.models.access import DAY_LENGTH
from requests_app.models.ask import AskQuerySet
from requests_app.newcomers import Hindrance, may_open_contact

MOST_NAMES_READ = 5_000
"""Asks whose names one search decrypts, the newest first: 90 ms, measured."""


class TooManyLooks(Exception):
    """This person has opened as many asks as the policy allows in a day or hour."""


def contact_of_claim(claim: Claim, *, by: User) -> AskContact:
    """Open the contact details for the volunteer on the way, and log the first look of the day.

    Raises `NotForYou` for anyone else and once the claim is over, `NotNow` for someone new who saw those
    of another neighbour a short while ago, `TooManyLooks` after the policy's `contact_views_per_day`, and
    `WrongKey` if no configured key decrypts them; then no look is logged.
    """
    if not rules.can_see_contact(by, claim):
        raise NotForYou
    ask, today = claim.need.ask, timezone.localdate().isoformat()
    most = current_policy().contact_views_per_day
    with transaction.atomic():
        _refuse_second_contact(claim, by)
        _log_look(AccessLogEntry(ask=ask, by=by, by_kind=Kind.VOLUNTEER, window=today), most)
        return AskContact.objects.get(ask=ask)


def contact_for_coordinator(ask: Ask, *, by: User) -> AskContact:
    """Open the contact details for a coordinator or whoever took the ask in, and log the look.

    Raises `NotForYou` for anyone else, `TooManyLooks` after the policy's
    `coordinator_contact_views_per_hour`, and `WrongKey` if no configured key decrypts them; then no look
    is logged.
    """
    with transaction.atomic():
        _log_look_of_coordinator(ask, by)
        return AskContact.objects.get(ask=ask)


@transaction.atomic
def find_asks_made_with(points: Iterable[ContactPoint], *, by: User) -> AskQuerySet:
    """Return the asks made with one of these contact points, of those the admin shows to `by`, newest first.

    It opens nothing, so it is no look. But it tells who is known here, so that `by` searched is logged,
    and never for what. Raises `NotForYou` for whoever is not of the team.
    """
    _log_search(by, "searched for a contact point")
    asks = Ask.objects.made_with(fingerprints_of(points))
    return asks.filter(pk__in=rules.asks_of_staff(by)).order_by("-created_at", "-pk")


@transaction.atomic
def find_asks_by_name(typed: str, *, by: User) -> AskQuerySet:
    """Return the asks of whoever has such a name, of those the admin shows to `by`, newest first.

    Names are encrypted, so the newest `MOST_NAMES_READ` are decrypted and compared in memory (ADR 60).
    None is shown, so it is no look; that `by` searched is logged as by `find_asks_made_with`. Raises
    `NotForYou` for whoever is not of the team.
    """
    _log_search(by, "searched for a name")
    asks = rules.asks_of_staff(by).filter(erased_at=None)
    contacts = AskContact.objects.filter(ask__in=asks).order_by("-ask")[:MOST_NAMES_READ]
    found = names_like(typed, readable_texts(contacts, "name"))
    return Ask.objects.filter(pk__in=found).order_by("-created_at", "-pk")


class WayBack(NamedTuple):
    """What leads a neighbour back to their ask: a code to be read out or typed, and its private link."""

    code: str
    link: str


@transaction.atomic
def make_code(ask: Ask, *, by: User) -> WayBack:
    """Make a code for a neighbour, to be read out or printed with its link; clears `call_back_at`.

    Codes and links of before stay valid. It gives the access that a link gives, so it is logged as a look,
    and in the history of each live need. Raises `NotForYou` and `TooManyLooks` as
    `contact_for_coordinator` does, and `Erased` if the ask has been erased.
    """
    live_needs = lock_ask(ask)
    _log_look_of_coordinator(ask, by, AccessLogEntry.Kind.CODE)
    for need in live_needs:
        log_event(need, "code", by=coordinator(by))
    Ask.objects.filter(pk=ask.pk).update(call_back_at=None)
    token = make_link(ask)
    return WayBack(code_for(token), private_url(token))


def note_code_used(ask: Ask) -> None:
    """Log that someone got in by a code; who it was is not known."""
    _log_visitor(ask, AccessLogEntry.Kind.CODE_USED)


def note_download(ask: Ask) -> None:
    """Log that someone with the private link downloaded what we hold; who it was is not known."""
    _log_visitor(ask, AccessLogEntry.Kind.DOWNLOAD)


def _refuse_second_contact(claim: Claim, by: User) -> None:
    """Raises `NotNow` for someone new who saw another neighbour's details lately, also of two looks at once.

    The ask is locked before the account, as wherever someone becomes known.
    """
    if claim.is_given or not is_newcomer(by):
        return
    list(Ask.objects.filter(pk=claim.need.ask_id).select_for_update(no_key=True).values_list("pk"))
    if not may_open_contact(lock_account(by), claim):
        raise NotNow(Hindrance.ONE_CONTACT)


def _log_search(by: User, words: str) -> None:
    if not by.is_staff:
        raise NotForYou
    write_history(by, by=by, words=words)


def _log_look_of_coordinator(
    ask: Ask, by: User, kind: AccessLogEntry.Kind = AccessLogEntry.Kind.LOOK
) -> None:
    if not rules.asks_of_staff(by).filter(pk=ask.pk).exists():
        raise NotForYou
    note_read(ask, by=coordinator(by))
    # With the offset: an hour that a clock goes through twice is two hours.
    hour = timezone.localtime().strftime("%Y-%m-%dT%H%z")
    look = AccessLogEntry(ask=ask, kind=kind, by=by, by_kind=Kind.COORDINATOR, window=hour)
    _log_look(look, current_policy().coordinator_contact_views_per_hour)


def _log_look(look: AccessLogEntry, most: int) -> None:
    """Log the look; the first at this ask on this day takes a free slot of the window, 1 to `most`.

    A volunteer's is logged once a day.
    Constraints refuse a slot taken twice, and a second slot for the same ask on the same day. Raises
    `TooManyLooks` if it needs a slot and all are taken.
    """
    by_them = AccessLogEntry.objects.filter(by=look.by)
    of_today = by_them.filter(ask=look.ask, window__startswith=look.window[:DAY_LENGTH])
    counted = of_today.filter(slot__isnull=False)
    taken = set(by_them.filter(window=look.window).values_list("slot", flat=True))
    for slot in range(1, most + 1):
        if counted.exists():
            break
        if slot in taken:
            continue
        look.slot = slot
        try:
            with transaction.atomic():
                look.save()
        except IntegrityError:
            continue  # at this moment they opened this ask, or another, elsewhere
        return
    if not counted.exists():
        raise TooManyLooks
    if look.by_kind == Kind.VOLUNTEER and of_today.filter(by_kind=Kind.VOLUNTEER).exists():
        return
    look.slot = None
    look.save()


def _log_visitor(ask: Ask, kind: AccessLogEntry.Kind) -> None:
    AccessLogEntry.objects.create(ask=ask, kind=kind, by_kind=Kind.NEIGHBOUR)
