"""What the record keeps of pots: entries, steps of expenses, approvers and caps; no words, no names."""

from collections.abc import Collection, Mapping
from datetime import date

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from mutualaid.catalog.area_names import isolated
from mutualaid.fund.amounts import amount_in
from mutualaid.fund.caps import Caps
from mutualaid.fund.models import Approver, Entry, Expense, Pot
from mutualaid.fund.states import EntryKind, ExpenseStep
from mutualaid.local_time import format_day
from mutualaid.people.models import User
from mutualaid.record.completeness import Rows, register_rows
from mutualaid.record.entries import EntryKind as RecordKind
from mutualaid.record.entries import Fact, Facts, append, register_kind
from mutualaid.singleton.reading import read
from mutualaid.statements.many_ids import in_one_parameter


def note_entry(entry: Entry, *, by: User) -> None:
    """Record an entry that was written just now. Raises `OutsideTransaction`, as the others here do."""
    append("fund.entry", _facts_of(entry), people={"by": by.pk})


def note_step(expense: Expense, step: str, *, by: User | None) -> None:
    """Record a step of an expense, with the amount and the version that it has now."""
    facts: Facts = {
        "expense": expense.pk,
        "pot": expense.pot_id,
        "kind": expense.kind,
        "step": step,
        "amount": expense.amount if expense.spent is None else expense.spent,
        "version": expense.version,
    }
    append("fund.expense", facts, people={"by": by.pk} if by else {})


def note_approver(pk: int, *, began: bool, decision: int | None) -> None:
    """Record that the account with this id became an approver or is none any more.

    `decision` is the one that said so; None where an account ended.
    """
    append("fund.approver", {"began": began, "decision": decision}, people={"person": pk})


def note_pot(pot: Pot, *, by: User) -> None:
    """Record that a pot was opened."""
    facts: Facts = {"pot": pot.pk, "currency": pot.currency, "decimals": pot.decimals}
    append("fund.pot", facts, people={"by": by.pk})


def note_caps(pot: Pot, caps: Caps, *, decision: int) -> None:
    """Record what a decision said of a pot."""
    append("fund.caps", {"pot": pot.pk, "decision": decision, **caps._asdict()})


def _facts_of(entry: Entry) -> Facts:
    return {
        "entry": entry.pk,
        "pot": entry.pot_id,
        "kind": entry.kind,
        "amount": entry.amount,
        "on_day": entry.on_day.isoformat(),
        "sets_right": entry.sets_right_id,
    }


def _changed_entries(sealed: Mapping[int, Facts]) -> Collection[int]:
    """Return the numbers of sealed entries that the books no longer agree with, or no longer have."""
    pks = [int(facts["entry"] or 0) for facts in sealed.values()]
    rows = Entry.objects.filter(pk__in=in_one_parameter(pks))
    in_books: dict[Fact, Facts] = {entry.pk: _facts_of(entry) for entry in rows}
    return [number for number, facts in sealed.items() if in_books.get(facts["entry"]) != facts]


class _Pots(dict[int, Pot]):
    """All pots by their ids, read once for a page of sentences."""


def _in_words(facts: Facts) -> Mapping[str, object]:
    """Amounts with their currency, days, kinds and steps in words; what is gone by its number."""
    pot = read(_Pots, lambda: _Pots(Pot.objects.in_bulk())).get(int(facts["pot"] or 0))
    words: dict[str, object] = {**facts, "pot": isolated(pot.name) if pot else f"#{facts['pot']}"}
    for name in ("amount", "two_approvers_from", "month_per_household", "month_in_all"):
        if name in facts:
            words[name] = _amount(pot, facts[name])
    if "on_day" in facts:
        words["on_day"] = format_day(date.fromisoformat(str(facts["on_day"])))
    if "step" in facts:
        words["step"] = ExpenseStep(str(facts["step"])).label
    if "kind" in facts:
        words["kind"] = EntryKind(str(facts["kind"])).label
    return words


def _amount(pot: Pot | None, minor: object) -> str:
    if not isinstance(minor, int):
        return gettext("none")
    return amount_in(pot, minor) if pot else str(minor)


def _who(facts: Facts) -> Mapping[str, object]:
    return {"what": gettext("began") if facts["began"] else gettext("no longer")}


register_rows(Rows(Entry, "written_at", {"entry": "pk"}, kinds=("fund.entry",)))
register_rows(Rows(Expense, "created_at", {"expense": "pk"}, kinds=("fund.expense",)))
register_rows(Rows(Pot, "created_at", {"pot": "pk"}, kinds=("fund.pot",)))
register_rows(
    Rows(Approver, "since", {"decision": "decision"}, ("fund.approver",), constant={"began": True})
)
ENTRY = register_kind(
    RecordKind(
        "fund.entry",
        _("{pot}: {amount} ({kind}), entry {entry} of {on_day}"),
        facts=("entry", "pot", "kind", "amount", "on_day", "sets_right"),
        people=("by",),
        displayed=_in_words,
        disagreeing=_changed_entries,
    )
)
EXPENSE = register_kind(
    RecordKind(
        "fund.expense",
        _("{pot}: {step}, {amount} ({kind}), expense {expense}, version {version}"),
        facts=("expense", "pot", "kind", "step", "amount", "version"),
        people=("by",),
        displayed=_in_words,
    )
)
APPROVER = register_kind(
    RecordKind(
        "fund.approver",
        _("Someone who says yes to money: {what}"),
        facts=("began", "decision"),
        people=("person",),
        displayed=_who,
    )
)
POT = register_kind(
    RecordKind(
        "fund.pot",
        _("{pot} was opened, in {currency}"),
        facts=("pot", "currency", "decimals"),
        people=("by",),
        displayed=_in_words,
    )
)
CAPS = register_kind(
    RecordKind(
        "fund.caps",
        _(
            "{pot}: two people say yes from {two_approvers_from} on. In a month at most {month_in_all},"
            " for one household {month_per_household}."
        ),
        facts=("pot", "decision", "two_approvers_from", "month_per_household", "month_in_all"),
        displayed=_in_words,
    )
)
