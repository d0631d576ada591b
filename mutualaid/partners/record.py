"""What the record keeps of neighbouring groups: since when, with which key, until when; no one's name."""

from collections.abc import Mapping

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from mutualaid.catalog.area_names import isolated
from mutualaid.partners.models import Partner
from mutualaid.people.models import User
from mutualaid.record.completeness import Rows, register_rows
from mutualaid.record.entries import EntryKind, Facts, append, register_kind
from mutualaid.singleton.reading import read

AGREED, KEY, ENDED = "partner.agreed", "partner.key", "partner.ended"


def note_agreed(partner: Partner, *, by: User | None, decision: int | None) -> None:
    """Record that the group helps with this one from now on, and the key that was compared.

    `by` is the second coordinator, None where it was decided. Raises `OutsideTransaction`, as all here.
    """
    facts: Facts = {"partner": partner.pk, "key": partner.public_key, "decision": decision}
    append(AGREED, facts, people={"by": by.pk} if by else {})


def note_key(partner: Partner, public_key: str) -> None:
    """Record the new key of a partner, which it told us of by the one before."""
    append(KEY, {"partner": partner.pk, "key": public_key})


def note_ended(partner: Partner, *, by: User) -> None:
    """Record that the group no longer helps with this one."""
    append(ENDED, {"partner": partner.pk}, people={"by": by.pk})


class _Names(dict[int, str]):
    """What all partners are called, read once for a page of sentences."""


def _in_words(facts: Facts) -> Mapping[str, object]:
    names = read(_Names, lambda: _Names(Partner.objects.values_list("pk", "name")))
    pk = int(facts["partner"] or 0)
    return {**facts, "partner": isolated(names[pk]) if pk in names else f"#{pk}"}


register_rows(Rows(Partner, "live_at", {"partner": "pk"}, kinds=(AGREED,)))
register_rows(
    Rows(Partner, "ended_at", {"partner": "pk"}, (ENDED,), which=Q(live_at__isnull=False))
)
for name, sentence, more, people in (
    (AGREED, _("We and {partner} help each other. Their key: {key}"), ("key", "decision"), ("by",)),
    (KEY, _("{partner} has another key now: {key}"), ("key",), ()),
    (ENDED, _("We and {partner} no longer help each other."), (), ("by",)),
):
    register_kind(
        EntryKind(name, sentence, ("partner", *more), people, displayed=_in_words),
    )
