"""Many asks at once, for a spreadsheet. It keeps every promise of `send_ask` but two: no receipt is sent,
for the neighbour asked elsewhere, and no task is started, for the sweep takes what is due.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language

from mutualaid.catalog.models import Language
from mutualaid.encryption.fingerprints import fingerprints
from mutualaid.people.models import BlockedContactPoint
from requests_app.actions.sending import ContactDetails, NeedDetails, Origin, must_be_read_first
from requests_app.lifecycle.actors import IMPORT, Actor
from requests_app.models import Ask, AskContact, AskContactPoint, Need, NeedEvent, NeedNotes
from requests_app.states import NeedState


class NotWritten(Exception):
    """The database left an ask out though its reference is new. Nothing of the batch is kept."""


@dataclass(frozen=True)
class ImportedAsk:
    """An ask as it stands elsewhere, with a need for each thing that was asked."""

    origin: Origin
    needs: Sequence[NeedDetails]
    contact: ContactDetails
    languages: Sequence[Language]


@transaction.atomic
def import_asks(asked: Sequence[ImportedAsk], *, by: Actor = IMPORT) -> set[str]:
    """Write down asks from elsewhere, all of one source; returns the references that are new.

    What is there already stays as it is, also when two imports run at once. Raises `NotWritten`.
    """
    blocked = BlockedContactPoint.objects.all().fingerprints()
    drafts = {one.origin.reference: _ask(one, blocked) for one in asked}
    Ask.objects.bulk_create(drafts.values(), ignore_conflicts=True)
    mine = Ask.objects.filter(public_id__in=[ask.public_id for ask in drafts.values()])
    ids = dict(mine.values_list("public_id", "pk"))
    for ask in drafts.values():
        ask.pk = ids.get(ask.public_id)
    written = [(one, drafts[one.origin.reference]) for one in asked]
    written = [(one, ask) for one, ask in written if ask.pk]
    _write_needs(written, by)
    _write_rows_beside(written)
    _refuse_silent_loss(drafts)
    return {one.origin.reference for one, _ in written}


def _ask(one: ImportedAsk, blocked: set[str]) -> Ask:
    points = fingerprints(one.contact.phone, one.contact.email) if blocked else set()
    return Ask(
        read_first=must_be_read_first(
            [need.category for need in one.needs],
            one.contact,
            is_blocked=bool(points & blocked),
            is_kept_from_someone=False,
        ),
        source=one.origin.source,
        reference=one.origin.reference,
        created_at=one.origin.created_at,
    )


def _write_needs(pairs: list[tuple[ImportedAsk, Ask]], by: Actor) -> None:
    now = timezone.now()
    needs, texts = list[Need](), list[str]()
    for one, ask in pairs:
        state = NeedState.TRIAGE if ask.read_first else NeedState.OPEN
        due = now if state == NeedState.OPEN else None
        for details in one.needs:
            columns = details.columns() | {"created_at": one.origin.created_at}
            needs.append(Need(ask=ask, state=state, match_due_at=due, **columns))
            texts.append(details.notes)
    Need.objects.bulk_create(needs)
    NeedNotes.objects.bulk_create(
        NeedNotes(need=need, text=text) for need, text in zip(needs, texts, strict=True)
    )
    NeedEvent.objects.bulk_create(
        NeedEvent(
            need=need, at=now, action="post", state=need.state, actor_kind=by.kind, actor=by.user
        )
        for need in needs
    )


def _write_rows_beside(pairs: list[tuple[ImportedAsk, Ask]]) -> None:
    reader = get_language() or ""
    contacts = [AskContact(ask=ask, language=reader, **vars(one.contact)) for one, ask in pairs]
    AskContact.objects.bulk_create(contacts)
    AskContactPoint.objects.bulk_create(
        row for contact in contacts for row in contact.contact_points()
    )
    speaks = Ask.languages.through
    speaks.objects.bulk_create(
        speaks(ask=ask, language=language) for one, ask in pairs for language in one.languages
    )


def _refuse_silent_loss(drafts: dict[str, Ask]) -> None:
    """SQLite skips a row for any constraint it breaks, not only for its reference."""
    sources = {ask.source for ask in drafts.values()}
    here = Ask.objects.filter(source__in=sources, reference__in=list(drafts))
    if missing := drafts.keys() - set(here.values_list("reference", flat=True)):
        raise NotWritten(", ".join(sorted(missing)))
