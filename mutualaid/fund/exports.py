"""What is handed out of the pots: to someone what is written of them, to a group its books without names."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.urls import reverse

from mutualaid.encryption.fields import readable
from mutualaid.fund.amounts import amount_in
from mutualaid.fund.models import (
    Approver,
    Candidacy,
    Entry,
    Expense,
    ExpenseLook,
    ExpenseQuerySet,
    Pledge,
    Receipt,
)
from mutualaid.people.models import User
from requests_app.models import Ask

BOOKS_HEAD = [
    "pot",
    "currency",
    "decimals",
    "entry",
    "day",
    "kind",
    "amount_in_minor_units",
    "sets_right",
]
"""Names of the columns of `book_rows`."""


def money_of(user: User) -> dict[str, Any]:
    """Return it by what it is, ready for JSON; empty where there is nothing."""
    parts = {
        "what_you_asked_our_pot_for": [
            _expense(one) for one in readable(Expense.objects.of(user)).values()
        ],
        "when_you_showed_a_photo_of_a_receipt": [
            {"added_at": one.added_at, "photo": settings.SITE_URL + _photo_path(one)}
            for one in Receipt.objects.filter(expense__in=Expense.objects.of(user))
            .select_related("expense")
            .only("added_at", "expense__public_id")
            .order_by("added_at")
        ],
        "when_someone_looked_at_that": [
            look.at for look in ExpenseLook.objects.filter(expense__in=Expense.objects.of(user))
        ],
        "what_you_agreed_to_or_paid_from_our_pot": [
            _bare(one) for one in _handled(user).without_words().select_related("pot")
        ],
        "what_you_wrote_into_the_books_of_our_pot": [
            {"on_day": one.on_day, "amount": amount_in(one.pot, one.amount)}
            for one in Entry.objects.filter(written_by=user).select_related("pot").order_by("pk")
        ],
        "what_you_mean_to_give_each_month": [
            {"pot": str(one.pot), "amount": amount_in(one.pot, one.monthly)}
            for one in Pledge.objects.filter(user=user).select_related("pot").order_by("pk")
        ],
        "when_you_could_agree_to_money": [
            {"since": one.since, "until": one.ended_at}
            for one in Approver.objects.filter(user=user)
        ],
        "since_when_you_would_look_after_our_pot": [
            one.since for one in Candidacy.objects.filter(user=user)
        ],
    }
    return {name: rows for name, rows in parts.items() if rows}


def help_for(ask: Ask) -> dict[str, Any]:
    """Return the direct help for who sent an ask, ready for JSON; empty where there is none."""
    rows = readable(Expense.objects.of(ask).order_by("pk")).values()
    helped = [_for_neighbour(one) for one in rows]
    return {"money_from_our_pot": helped} if helped else {}


def book_rows() -> Iterator[list[object]]:
    """Yield each entry in the order in which they were written, the amount in minor units of its currency."""
    for entry in Entry.objects.select_related("pot").order_by("pk"):
        yield [
            entry.pot.name,
            entry.pot.currency,
            entry.pot.decimals,
            entry.pk,
            entry.on_day.isoformat(),
            entry.kind,
            entry.amount,
            entry.sets_right_id or "",
        ]


def _photo_path(receipt: Receipt) -> str:
    return reverse("pot_receipt", args=[receipt.expense.public_id])


def _handled(user: User) -> ExpenseQuerySet:
    names = ("first_approver", "second_approver", "payer", "checked_by", "write_off_approver")
    theirs = Q()
    for name in names:
        theirs |= Q(**{name: user.pk})
    return Expense.objects.filter(theirs)


def _expense(expense: Expense) -> dict[str, Any]:
    return {
        **_bare(expense),
        "what_it_is_for": expense.purpose,
        "who_gets_it_and_how": expense.payee_words,
        "why_not": expense.decline_words,
    }


def _for_neighbour(expense: Expense) -> dict[str, Any]:
    """How it stands, and the words where they asked themselves.

    What a coordinator wrote was for approvers alone: someone else of the household may hold the link.
    """
    looks = {"when_someone_looked_at_that": list(expense.looks.values_list("at", flat=True))}
    return (_bare(expense) if expense.asked_by_id else _expense(expense)) | looks


def _bare(expense: Expense) -> dict[str, Any]:
    return {
        "pot": str(expense.pot),
        "kind": expense.get_kind_display(),
        "amount": amount_in(expense.pot, expense.amount),
        "state": expense.get_state_display(),
        "asked_at": expense.created_at,
        "paid_at": expense.paid_at,
    }
