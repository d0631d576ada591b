"""What someone means to give each month."""

from django.db import transaction
from django.db.models.functions import Now

from mutualaid.fund.errors import NotForYou
from mutualaid.fund.lifecycle import check_amount
from mutualaid.fund.models import Pledge, Pot
from mutualaid.people.models import User


@transaction.atomic
def pledge(pot: Pot, *, monthly: int | None, by: User) -> None:
    """Note what they mean to give to a pot each month, or with None that they no longer do.

    It binds no one and moves no money. Raises `WrongAmount`, and `NotForYou` for whoever is not active.
    """
    if not by.is_active:
        raise NotForYou
    if monthly is None:
        Pledge.objects.filter(pot=pot, user=by).delete()
        return
    check_amount(pot, monthly)
    values = {"monthly": monthly, "changed_at": Now()}
    Pledge.objects.update_or_create(pot=pot, user=by, defaults=values)
