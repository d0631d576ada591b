"""What the record that no one rewrites holds of decisions: never who answered what."""

from collections.abc import Collection, Mapping
from datetime import date

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from mutualaid.decisions.effects import label_of, seal_of
from mutualaid.decisions.models import Decision, Outcome, RuleOfTwo
from mutualaid.decisions.outcomes import Tally
from mutualaid.local_time import format_day
from mutualaid.record.completeness import Rows, register_rows
from mutualaid.record.entries import EntryKind, Facts, register_kind

OPENED, CLOSED = "decision.opened", "decision.closed"
TWO_AGREED, TWO_ENDED = "decision.two_agreed", "decision.two_ended"
COUNTS = ("heard", "in_favour", "can_live", "concerns")
NOT_TOLD = -1
"""Instead of each count where too few were heard: what is in the record stays in it, for everyone."""


def closed_facts(pk: int, kind: str, outcome: str, tally: Tally) -> Facts:
    """Return what the record holds of a proposal once it is decided."""
    counts = (tally.heard, *tally) if tally.is_told else (NOT_TOLD,) * len(COUNTS)
    told = dict(zip(COUNTS, counts, strict=True))
    return {"decision": pk, "kind": kind, "outcome": outcome, **told}


def _named(facts: Facts) -> Mapping[str, object]:
    named = {**facts, "kind": label_of(str(facts["kind"]))}
    if "ends" in facts:
        named["ends"] = format_day(date.fromisoformat(str(facts["ends"])))
    return named


def _closed(facts: Facts) -> Mapping[str, object]:
    told = {**_named(facts), "outcome": Outcome(str(facts["outcome"])).label}
    if facts["heard"] == NOT_TOLD:
        told |= dict.fromkeys(COUNTS, "–") | {"heard": _("fewer than five people")}
    return told


def _closed_otherwise(entries: Mapping[int, Facts]) -> Collection[int]:
    """The entries whose decision has another outcome or other counts by now, or is gone."""
    found = Decision.objects.in_bulk([facts["decision"] for facts in entries.values()])
    return [
        number
        for number, facts in entries.items()
        if (row := found.get(facts["decision"])) is None or _facts_of(row) != facts
    ]


def _facts_of(row: Decision) -> Facts:
    tally = Tally(row.in_favour or 0, row.can_live or 0, row.concerns or 0)
    return closed_facts(row.pk, row.kind, row.outcome, tally)


def _opened_otherwise(entries: Mapping[int, Facts]) -> Collection[int]:
    """The entries whose proposal was edited since, by the seal or what it seals, or is gone."""
    found = Decision.objects.in_bulk([facts["decision"] for facts in entries.values()])
    return [
        number
        for number, facts in entries.items()
        if (row := found.get(facts["decision"])) is None
        or row.seal != facts["seal"]
        or (row.values is not None and seal_of(row) != row.seal)
    ]


register_rows(Rows(Decision, "opened_at", {"decision": "pk"}, kinds=(OPENED,)))
register_rows(Rows(Decision, "closed_at", {"decision": "pk"}, kinds=(CLOSED,)))
register_rows(Rows(RuleOfTwo, "agreed_at", {"rule": "pk"}, kinds=(TWO_AGREED,)))
register_rows(Rows(RuleOfTwo, "ended_at", {"rule": "pk"}, (TWO_ENDED,), which=~Q(agreed_at=None)))
register_kind(
    EntryKind(
        OPENED,
        _("Proposed: {kind}. {list_size} people have a say, until {ends}."),
        facts=("decision", "kind", "weight", "list_size", "admitted", "ends", "seal"),
        people=("proposer",),
        displayed=_named,
        disagreeing=_opened_otherwise,
    )
)
register_kind(
    EntryKind(
        CLOSED,
        _(
            "Decided: {kind}. {outcome}. Heard: {heard}; for it: {in_favour}; can live with it:"
            " {can_live}; serious concerns: {concerns}."
        ),
        facts=("decision", "kind", "outcome", *COUNTS),
        displayed=_closed,
        disagreeing=_closed_otherwise,
    )
)
register_kind(
    EntryKind(
        TWO_AGREED,
        _("Set by two coordinators until {ends}: {kind}."),
        facts=("rule", "kind", "ends"),
        people=("proposer", "second"),
        displayed=_named,
    )
)
register_kind(
    EntryKind(
        TWO_ENDED,
        _("What two coordinators had set is over: {kind}."),
        facts=("rule", "kind"),
        displayed=_named,
    )
)
