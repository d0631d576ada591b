"""Write down many asks at once, from a spreadsheet.

It does what `send_ask` does but for two things: no receipt is sent, since the neighbour asked elsewhere,
and no matching task is started, since the sweep finds what is due.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count

from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language

from mutualaid.catalog.models import Language
from mutualaid.encryption.fingerprints import fingerprints
from mutualaid.people.models import BlockedContactPoint
from requests_app.actions.sending import ContactDetails, NeedDetails, Origin, must_be_read_first
from requests_app.lifecycle.actors import IMPORT, Actor
from requests_app.models import Ask, AskContact, AskContactPoint, Need, NeedEvent, NeedNotes
from requests_app.states import CloseReason, NeedState


class NotWritten(Exception):
    """The database left out an ask although its reference is new; str() lists the references."""


@dataclass(frozen=True)
class ImportedAsk:
    """An ask as it was made elsewhere, with a need for each thing that was asked.

    `read_first`: a coordinator reads it before anyone is invited. `closed`: what it asks for is over, and
    why; it comes in closed.
    """

    origin: Origin
    needs: Sequence[NeedDetails]
    contact: ContactDetails
    languages: Sequence[Language]
    read_first: bool = False
    closed: CloseReason | None = None


@transaction.atomic
def import_asks(
    imported_asks: Sequence[ImportedAsk],
    *,
    by: Actor = IMPORT,
    first_look: datetime | None = None,
    apart: timedelta = timedelta(),
) -> dict[str, int]:
    """Write down asks of one source; returns the references that are new, with the ids of their asks.

    The first open need is due for matching at `first_look`, by default now, and each further one `apart`
    from the one before: hundreds at once would invite everyone in one hour.

    An ask whose reference exists already is left as it is, also if two imports run at once. Raises
    `NotWritten` if the database left out one that is new; then nothing is written.
    """
    blocked = BlockedContactPoint.objects.all().fingerprints()
    asks = {imported.origin.reference: _ask_row(imported, blocked) for imported in imported_asks}
    Ask.objects.bulk_create(asks.values(), ignore_conflicts=True)
    created = Ask.objects.filter(public_id__in=[ask.public_id for ask in asks.values()])
    pk_by_public_id = dict(created.values_list("public_id", "pk"))
    for ask in asks.values():
        ask.pk = pk_by_public_id.get(ask.public_id)
    pairs = [(imported, asks[imported.origin.reference]) for imported in imported_asks]
    new_pairs = [(imported, ask) for imported, ask in pairs if ask.pk]
    # Before the needs, for what an ask says later makes its needs due at once.
    _write_contacts_and_languages(new_pairs)
    _write_needs(new_pairs, by, first_look or timezone.now(), apart)
    _refuse_silent_loss(asks)
    return {imported.origin.reference: ask.pk for imported, ask in new_pairs}


def _ask_row(imported: ImportedAsk, blocked: set[str]) -> Ask:
    contact = imported.contact
    points = fingerprints(contact.phone, contact.email) if blocked else set()
    return Ask(
        veiled=any(need.category.sensitive for need in imported.needs),
        read_first=imported.read_first
        or must_be_read_first(
            [need.category for need in imported.needs],
            contact,
            is_blocked=bool(points & blocked),
            is_kept_from_someone=False,
        ),
        source=imported.origin.source,
        reference=imported.origin.reference,
        created_at=imported.origin.created_at,
    )


def _write_needs(
    pairs: list[tuple[ImportedAsk, Ask]], by: Actor, first_look: datetime, apart: timedelta
) -> None:
    """Write the needs of these asks with their notes and their history."""
    now = timezone.now()
    needs, texts = list[Need](), list[str]()
    looks = (first_look + number * apart for number in count())
    for imported, ask in pairs:
        state = NeedState.TRIAGE if ask.read_first else NeedState.OPEN
        for details in imported.needs:
            columns = details.columns() | {"created_at": imported.origin.created_at}
            if imported.closed:
                columns |= {"close_reason": imported.closed, "closed_at": now}
                state = NeedState.CLOSED
            due = next(looks) if state == NeedState.OPEN else None
            needs.append(Need(ask=ask, state=state, match_due_at=due, **columns))
            texts.append(details.notes)
    Need.objects.bulk_create(needs)
    NeedNotes.objects.bulk_create(
        NeedNotes(need=need, text=text) for need, text in zip(needs, texts, strict=True)
    )
    NeedEvent.objects.bulk_create(event for need in needs for event in _history(need, by, now))


def _history(need: Need, by: Actor, now: datetime) -> Iterator[NeedEvent]:
    """That a need was asked; and that it is over, if it came in so."""
    steps = [("post", NeedState.TRIAGE if need.close_reason else need.state)]
    steps += [("close", NeedState.CLOSED)] if need.close_reason else []
    for action, state in steps:
        yield NeedEvent(
            need=need, at=now, action=action, state=state, actor_kind=by.kind, actor=by.user
        )


def _write_contacts_and_languages(pairs: list[tuple[ImportedAsk, Ask]]) -> None:
    language_of_messages = get_language() or ""
    contacts = [
        AskContact(ask=ask, language=language_of_messages, **vars(imported.contact))
        for imported, ask in pairs
    ]
    AskContact.objects.bulk_create(contacts)
    AskContactPoint.objects.bulk_create(
        point for contact in contacts for point in contact.contact_points()
    )
    through = Ask.languages.through
    through.objects.bulk_create(
        through(ask=ask, language=language)
        for imported, ask in pairs
        for language in imported.languages
    )


def _refuse_silent_loss(asks: dict[str, Ask]) -> None:
    """Raise `NotWritten` for references that are missing.

    On SQLite `ignore_conflicts` skips a row for any constraint that it breaks, not only for its reference.
    """
    sources = {ask.source for ask in asks.values()}
    existing = Ask.objects.filter(source__in=sources, reference__in=list(asks))
    if missing := asks.keys() - set(existing.values_list("reference", flat=True)):
        raise NotWritten(", ".join(sorted(missing)))
