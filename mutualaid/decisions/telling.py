"""Writing to those who have a say, batch after batch: each line of the list notes what it was told."""

from collections.abc import Iterator
from datetime import timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from mutualaid.decisions.members import members
from mutualaid.decisions.models import RuleOfTwo, Say
from mutualaid.decisions.notifications import CLOSED, OPENED, REMINDER, SET_BY_TWO
from mutualaid.notify.outbox import Told, enqueue_all

BATCH = 100
"""People in one transaction: while it writes, no one else writes on SQLite."""
REMIND_BEFORE = timedelta(days=1)
"""From the design (ADR 107). Assumed, not measured."""


def tell_what_is_due() -> Iterator[int]:
    """Write what is due to all of them; yields how many each batch had. It may stop after any of them."""
    for kind, flag, due in _due():
        while count := _tell_batch(kind, flag, due):
            yield count
    while count := _tell_of_rules():
        yield count


def _due() -> list[tuple[str, str, Q]]:
    """The kind of message, the column that notes it, and whom it is due to now."""
    is_open = Q(decision__outcome="", decision__ends_at__gt=Now())
    is_late = Q(decision__ends_at__lte=Now() + REMIND_BEFORE)
    return [
        (OPENED, "opened_told", is_open),
        (REMINDER, "reminder_told", is_open & is_late & Q(answer="", opened_told=True)),
        (CLOSED, "outcome_told", ~Q(decision__outcome="")),
    ]


@transaction.atomic
def _tell_batch(kind: str, flag: str, due: Q) -> int:
    """Two at once share the work. Who has no account is not written to: their code opens the page."""
    says = _lines(due).filter(user__isnull=False, **{flag: False})
    locked = list(says.select_for_update(skip_locked=True, of=("self",))[:BATCH])
    Say.objects.filter(pk__in=[say.pk for say in locked]).update(**{flag: True})
    enqueue_all(
        [Told(kind, say.pk, to=say.user, key=f"{kind}:{say.pk}") for say in locked if say.user]
    )
    return len(locked)


def _lines(due: Q) -> QuerySet[Say]:
    return Say.objects.filter(due).defer("reason").select_related("user").order_by("pk")


@transaction.atomic
def _tell_of_rules() -> int:
    """Write to the next members of a rule of two; `told_up_to` is the last id that has been written to."""
    rules = RuleOfTwo.objects.in_force().filter(is_told=False)
    rule = rules.order_by("pk").select_for_update(skip_locked=True).first()
    if rule is None:
        return 0
    people = list(members().filter(pk__gt=rule.told_up_to).order_by("pk")[:BATCH])
    last = people[-1].pk if people else rule.told_up_to
    RuleOfTwo.objects.filter(pk=rule.pk).update(told_up_to=last, is_told=not people)
    enqueue_all(
        [
            Told(SET_BY_TWO, user.pk, to=user, key=f"{SET_BY_TWO}:{rule.pk}:{user.pk}")
            for user in people
        ]
    )
    return len(people)
