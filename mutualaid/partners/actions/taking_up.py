"""What came from a partner becomes an ask here, a change of it, a withdrawal, or its erasing.

Asks and needs are locked before referrals, as where a page changes an ask and the partner is told of it.
"""

import json
import logging
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone

from mutualaid.catalog.language_names import spoken_in
from mutualaid.catalog.models import Language
from mutualaid.encryption.fields import WrongKey
from mutualaid.group.current import current_group
from mutualaid.partners.actions.cleaning import languages_of
from mutualaid.partners.actions.forgetting import note_erased
from mutualaid.partners.actions.reporting import tell, tell_how_it_stands
from mutualaid.partners.models import IncomingReferral
from mutualaid.partners.models.referral import NOTHING_WAITS
from mutualaid.partners.notifications.incoming import tell_neighbour_of
from mutualaid.partners.rules import source_of
from mutualaid.partners.states import INCOMING_TRANSITIONS, IncomingState, StatusThere
from mutualaid.transitions import StateChanged, apply_transition
from requests_app.actions import (
    ContactDetails,
    NeedDetails,
    Origin,
    change_ask,
    change_need,
    send_ask,
    withdraw_need,
)
from requests_app.actions.erasing import erase_ask, erase_need
from requests_app.lifecycle.actors import NEIGHBOUR, SITE
from requests_app.lifecycle.transitions import lock_ask
from requests_app.models import Ask, AskContact, Erased, Need, NeedNotes

log = logging.getLogger(__name__)
TAKEN_UP_WITHIN = timedelta(hours=6)
"""Contact details that waited longer come from a backup that someone put back by hand. Assumed."""


def take_up(pk: int) -> None:
    """Do with one referral what is due, however often it is called; else nothing.

    Raises `WrongKey` while no configured key opens what came.
    """
    rows = IncomingReferral.objects.due().defer("contact").select_related("ask", "need")
    referral = rows.filter(pk=pk).first()
    if referral is None:
        return
    if referral.erase_asked_at:
        _erase(referral)
    elif referral.withdraw_due:
        _withdraw(referral)
    elif referral.ask:
        _change(pk, referral.ask)
    else:
        _make_ask(pk)


def take_up_all() -> Iterator[int]:
    """Do so with all of which something is due; yield their ids."""
    for pk in list(IncomingReferral.objects.due().values_list("pk", flat=True)):
        try:
            take_up(pk)
        except WrongKey:  # of one: the others are independent of it
            log.error("a referral waits for a key")
        yield pk


@transaction.atomic
def let_go_after_restore() -> None:
    """Erase contact details of a restored backup of which no ask was made yet, and tell the partners.

    One may have been made and erased since: no ledger knows of that.
    """
    rows = IncomingReferral.objects.filter(contact_at__isnull=False, ask=None)
    for referral in rows.defer("contact").select_related("partner").order_by("pk"):
        _fail(referral)


@transaction.atomic
def _erase(referral: IncomingReferral) -> None:
    """Erase the ask, and the need where it is kept with another ask of the household by now."""
    ask, need = referral.ask, referral.need
    if need and ask and need.ask_id != ask.pk:
        with suppress(Erased):
            erase_need(need, by=SITE)
    if ask:
        with suppress(Erased):  # by the neighbour, at the same time
            erase_ask(ask, by=SITE)
    note_erased(referral)


@transaction.atomic
def _withdraw(referral: IncomingReferral) -> None:
    """Withdraw the need. Where it is said to be done, the neighbour says whether it arrived, as always."""
    if referral.need:
        with suppress(StateChanged, Erased):
            withdraw_need(referral.need, by=SITE)
    IncomingReferral.objects.filter(pk=referral.pk).update(withdraw_due=False)


@transaction.atomic
def _make_ask(pk: int) -> None:
    """Make the ask, once, ever: its source and reference are unique, and stay when it is erased."""
    referral = _locked(pk)
    if referral is None or referral.ask_id:
        return
    row = IncomingReferral.objects.filter(pk=pk)
    source, reference = source_of(referral.partner), str(referral.public_id)
    before = Ask.objects.filter(source=source, reference=reference).first()
    if before:
        row.update(**NOTHING_WAITS)
        if before.erased_at:
            note_erased(referral)
        else:
            row.update(ask=before, need=before.needs.order_by("pk").first())
        return
    is_old = row.filter(contact_at__lt=Now() - TAKEN_UP_WITHIN).exists()
    if is_old or referral.category is None or referral.locality is None:
        _fail(referral)
        return
    contact = json.loads(referral.contact)
    ask = _send(referral, contact, Origin(source, reference, created_at=referral.asked_at))
    need = ask.needs.get()
    row.update(**NOTHING_WAITS, ask=ask, need=need)
    tell_neighbour_of(need)
    tell_how_it_stands(pk)


def _send(referral: IncomingReferral, contact: dict[str, Any], origin: Origin) -> Ask:
    """Write it down as any other ask, to be read first: no one here has spoken with the neighbour."""
    asked, notes, language = referral.asked, contact.pop("notes"), contact.pop("language")
    until = date.fromisoformat(asked["until"]) if asked["until"] else None
    need = NeedDetails(
        category=referral.category,  # type: ignore[arg-type]  # looked at before
        locality=referral.locality,  # type: ignore[arg-type]
        urgency=asked["urgency"],
        needed_by=until if until and until >= timezone.localdate() else None,
        week_parts=asked["week_parts"],
        people_count=asked["people_count"],
        helpers_wanted=asked["helpers_wanted"],
        notes=notes,
    )
    return send_ask(
        needs=[need],
        contact=ContactDetails(**contact),
        languages=languages_of(asked) or Language.objects.filter(code=spoken_in(language)),
        origin=origin,
        by=SITE,
        language=current_group().offered(language),
        receipt=False,
        read_first=True,
    )


@transaction.atomic
def _change(pk: int, ask: Ask) -> None:
    """Bring what they wrote anew to the ask, by the change a neighbour makes; to an ended one, nothing."""
    with suppress(Erased):
        lock_ask(ask)
        referral = _locked(pk)
        if referral and referral.need:
            typed = json.loads(referral.contact)
            with suppress(StateChanged):
                _write(ask, referral.need, typed.pop("notes"), typed)
    IncomingReferral.objects.filter(pk=pk, ask=ask).update(**NOTHING_WAITS)


def _write(ask: Ask, need: Need, notes: str, typed: Mapping[str, Any]) -> None:
    """Write what differs. Raises `StateChanged` where the help is over."""
    before = AskContact.objects.get(ask=ask)
    typed = {**typed, "language": current_group().offered(typed["language"])}
    changes = {name: value for name, value in typed.items() if getattr(before, name) != value}
    if changes:
        # A phone by its name: until someone has rung the new one, it counts as unconfirmed.
        reason = "phone" if "phone" in changes else next(iter(changes))
        change_ask(ask, changes, reason=reason, by=NEIGHBOUR)
    if NeedNotes.objects.get(need=need).text != notes:
        change_need(need, {"notes": notes}, reason="notes", by=NEIGHBOUR)


def _fail(referral: IncomingReferral) -> None:
    """Erase what came without making an ask of it, and tell the partner that we can't help after all."""
    row = IncomingReferral.objects.filter(pk=referral.pk)
    row.update(**NOTHING_WAITS)
    apply_transition(row, INCOMING_TRANSITIONS["fail"], ended_at=Now())
    tell(referral, StatusThere.UNMET)


def _locked(pk: int) -> IncomingReferral | None:
    """The referral with its contact details, if those are still to be taken up."""
    rows = IncomingReferral.objects.select_for_update(of=("self",))
    waiting = rows.filter(pk=pk, state=IncomingState.RECEIVED, erase_asked_at=None)
    related = waiting.select_related("partner", "category", "locality", "need")
    return related.filter(contact_at__isnull=False).first()
