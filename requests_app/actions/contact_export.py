"""Take the contact details of several asks out of the site: for a reason, few in a day, all of it logged."""

from collections.abc import Collection, Iterable
from typing import NamedTuple

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mutualaid.admin.history import write_history
from mutualaid.people.models import User
from mutualaid.people.roles import EXPORT_CONTACT
from mutualaid.record.entries import EntryKind, append, register_kind
from requests_app import rules
from requests_app.actions.claiming import NotForYou, lock_account
from requests_app.lifecycle.actors import Kind
from requests_app.models import AccessLogEntry, Ask, AskContact, Need
from requests_app.states import NeedState

EXPORTED_A_DAY = 100
"""Asks whose details one person takes out in a day. Assumed, not measured: an evening of calls for three."""
LONGEST_REASON = 200
"""Characters."""
EXPORTED = register_kind(
    EntryKind(
        "contact.exported",
        _("A coordinator took contact details of this many asks out of the site: {asks}"),
        facts=("asks",),
        people=("by",),
    )
)


class TooManyExported(Exception):
    """They would take out more asks than `EXPORTED_A_DAY` on this day."""


class Exportable(NamedTuple):
    """Of some asks those that may be taken out: all `plain` ones at once, `sensitive` ones one by one."""

    plain: QuerySet[Ask]
    sensitive: QuerySet[Ask]


def exportable(asks: Iterable[int], *, by: User) -> Exportable:
    """Return those of these asks, by their ids, that are of someone who still waits and not erased.

    Sensitive is an ask with a need of a sensitive category, or that is kept from someone.
    """
    is_sensitive = Q(veiled=True) | Q(needs__category__sensitive=True) | ~Q(exclusions=None)
    theirs = rules.asks_of_staff(by).filter(pk__in=asks, erased_at=None)
    waiting = theirs.filter(needs__in=_live_needs()).order_by("created_at", "pk").distinct()
    sensitive = Ask.objects.filter(is_sensitive).values("pk")
    return Exportable(waiting.exclude(pk__in=sensitive), waiting.filter(pk__in=sensitive))


@transaction.atomic
def export_contacts(
    asks: Iterable[int], *, sensitive: Collection[int] = (), reason: str, by: User
) -> list[AskContact]:
    """Return the contact details of these asks, oldest ask first, and log it: each ask, and the reason once.

    Of the sensitive ones only those are among them that are named in `sensitive`. Who must not find out
    is left empty, and so is what the neighbour did not call safe. Raises `NotForYou` without the permission,
    `ValueError` without a reason, `TooManyExported`, and `WrongKey` if no configured key decrypts one; then
    nothing is logged.
    """
    if not by.has_perm(EXPORT_CONTACT):
        raise NotForYou
    if not reason.strip() or len(reason) > LONGEST_REASON:
        raise ValueError("a reason of 1 to 200 characters")
    lock_account(by)
    may = exportable(asks, by=by)
    chosen = {*may.plain.values_list("pk", flat=True)}
    chosen |= {*may.sensitive.filter(pk__in=sensitive).values_list("pk", flat=True)}
    contacts = AskContact.objects.filter(ask__in=chosen).select_related("ask")
    found = list(contacts.order_by("ask__created_at", "ask"))
    _log(found, by)
    write_history(by, by=by, words=f"exported contact details of {len(found)} asks: {reason}")
    append(EXPORTED.name, {"asks": len(found)}, people={"by": by.pk})
    return found


def _log(contacts: Iterable[AskContact], by: User) -> None:
    """Log each ask; those that `by` did not export before on this day take free slots of it.

    Constraints refuse a slot taken twice. Raises `TooManyExported` if there are not enough.
    """
    window = f"{timezone.localdate().isoformat()} export"
    before = AccessLogEntry.objects.filter(by=by, window=window)
    counted = dict(before.exclude(slot=None).values_list("ask", "slot"))
    free = iter(sorted({*range(1, EXPORTED_A_DAY + 1)} - {*counted.values()}))
    entries = []
    for contact in contacts:
        slot = None if contact.pk in counted else next(free, 0)
        if slot == 0:
            raise TooManyExported
        entries.append(
            AccessLogEntry(
                ask_id=contact.pk,
                kind=AccessLogEntry.Kind.EXPORT,
                by=by,
                by_kind=Kind.COORDINATOR,
                window=window,
                slot=slot,
            )
        )
    AccessLogEntry.objects.bulk_create(entries)


def _live_needs() -> QuerySet[Need]:
    return Need.objects.exclude(state=NeedState.CLOSED)
