"""Reading what an expense is for: each look of an approver is logged, and an hour has room for a few."""

from django.db import IntegrityError, transaction
from django.utils import timezone

from mutualaid.fund import rules
from mutualaid.fund.errors import NotForYou, TooManyLooks
from mutualaid.fund.models import Expense, ExpenseLook
from mutualaid.people.models import User
from mutualaid.policy.current import current_policy


@transaction.atomic
def open_words(expense: Expense, *, by: User) -> Expense:
    """Return the expense with its words, and log the look if it is not their own.

    The first look of a day at an expense counts towards the policy's `coordinator_contact_views_per_hour`.
    Raises `NotForYou` for whoever may not read it, `TooManyLooks`, and `WrongKey` if no configured key
    decrypts it; then no look is logged.
    """
    if not rules.can_see_words(by, expense):
        raise NotForYou
    if not rules.is_own(by, expense):
        _log_look(expense, by)
    return Expense.objects.get(pk=expense.pk)


def _log_look(expense: Expense, by: User) -> None:
    """Log the look; the first of a day takes a free slot of the hour, which a constraint keeps.

    Raises `TooManyLooks` where all are taken.
    """
    now = timezone.localtime()
    looks = ExpenseLook.objects.filter(by=by)
    window = now.strftime("%Y-%m-%dT%H")
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    if looks.filter(expense=expense, at__gte=midnight).exists():
        ExpenseLook.objects.create(expense=expense, by=by, window=window)
        return
    taken = set(looks.filter(window=window).values_list("slot", flat=True))
    for slot in range(1, current_policy().coordinator_contact_views_per_hour + 1):
        if slot in taken:
            continue
        try:
            with transaction.atomic():
                ExpenseLook.objects.create(expense=expense, by=by, window=window, slot=slot)
        except IntegrityError:
            continue  # taken at this moment by another look of theirs
        return
    raise TooManyLooks
