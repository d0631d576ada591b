"""Opening a pot and naming it; what it takes two people for, and its caps."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models.deletion import ProtectedError
from django.utils.translation import gettext as _

from mutualaid.admin.history import write_history
from mutualaid.decisions.models import Decision
from mutualaid.forms.typed_text import one_line
from mutualaid.fund.amounts import decimals_of, is_currency
from mutualaid.fund.caps import Caps
from mutualaid.fund.errors import NotForYou
from mutualaid.fund.models import Pot
from mutualaid.fund.record import note_caps, note_pot
from mutualaid.people.models import User
from mutualaid.transitions import StateChanged


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
    _save(pot)
    write_history(pot, by=by, words="opened")
    note_pot(pot, by=by)
    return pot


@transaction.atomic
def rename_pot(pot: Pot, *, name: str, by: User) -> None:
    """Raises `NotForYou` and `ValidationError` as `open_pot` does."""
    _refuse_others(by)
    pot.name = one_line(name)
    _save(pot)
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
def set_caps(pot: Pot, caps: Caps, *, decision: Decision) -> None:
    """Write what a decision says. Only the effect "fund.caps" calls it.

    Expenses that are asked for already need as many approvers as before.
    """
    Pot.objects.filter(pk=pot.pk).update(**caps._asdict())
    note_caps(pot, caps, decision=decision.pk)


def _save(pot: Pot) -> None:
    """Write it. Raises `ValidationError`, also for a name that was taken in this moment."""
    pot.full_clean()
    columns = None if pot._state.adding else ["name"]
    try:
        with transaction.atomic():
            pot.save(update_fields=columns)
    except IntegrityError:
        pot.full_clean()
        raise


def _refuse_others(by: User) -> None:
    if not by.is_coordinator:
        raise NotForYou
