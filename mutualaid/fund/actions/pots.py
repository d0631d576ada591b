"""Opening a pot and naming it; what it takes two people for, and its caps."""

from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models.deletion import ProtectedError
from django.utils.translation import gettext as _

from mutualaid.admin.history import write_history
from mutualaid.forms.typed_text import one_line
from mutualaid.fund.amounts import decimals_of, is_currency
from mutualaid.fund.errors import NotForYou
from mutualaid.fund.models import Pot
from mutualaid.people.models import User
from mutualaid.transitions import StateChanged


class Caps(NamedTuple):
    """What a decision says of a pot, in minor units; None is no cap."""

    two_approvers_from: int
    month_per_household: int | None
    month_in_all: int | None

    @classmethod
    def of(cls, pot: Pot) -> "Caps":
        return cls(pot.two_approvers_from, pot.month_per_household, pot.month_in_all)


@transaction.atomic
def open_pot(*, name: str, currency: str, by: User) -> Pot:
    """Open an empty pot. `currency` is an ISO 4217 code, in capitals.

    Until a decision says otherwise, each of its expenses needs two approvers. Raises `NotForYou` for whoever
    is no coordinator, and `ValidationError` by field for an empty or taken name and an unknown currency.
    """
    _refuse_others(by)
    if not is_currency(currency):
        raise ValidationError({"currency": _("Choose a currency.")})
    pot = Pot(name=one_line(name), currency=currency, decimals=decimals_of(currency))
    pot.full_clean()
    pot.save()
    write_history(pot, by=by, words="opened")
    return pot


@transaction.atomic
def rename_pot(pot: Pot, *, name: str, by: User) -> None:
    """Raises `NotForYou` and `ValidationError` as `open_pot` does."""
    _refuse_others(by)
    pot.name = one_line(name)
    pot.full_clean()
    pot.save(update_fields=["name"])
    write_history(pot, by=by, changed=["name"])


@transaction.atomic
def remove_pot(pot: Pot, *, by: User) -> None:
    """Remove a pot that was opened by mistake.

    Raises `StateChanged` if it has an entry or an expense, which stay, and `NotForYou` as `open_pot` does.
    """
    _refuse_others(by)
    write_history(pot, by=by, words="removed")
    try:
        pot.delete()
    except ProtectedError as error:
        raise StateChanged("remove") from error


@transaction.atomic
def set_caps(pot: Pot, caps: Caps, *, was: Caps) -> None:
    """Write what a decision says. Only the effect "fund.caps" calls it.

    Expenses that are asked for already need as many approvers as before. Raises `StateChanged` if the caps
    are not `was` any more.
    """
    row = Pot.objects.filter(pk=pot.pk, **was._asdict())
    if not row.update(**caps._asdict()):
        raise StateChanged("caps")


def _refuse_others(by: User) -> None:
    if not by.is_coordinator:
        raise NotForYou
