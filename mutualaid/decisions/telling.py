"""Writing to those who have a say, batch after batch: each line of the list notes what it was told."""

from collections.abc import Iterator
from datetime import timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Now

from mutualaid.decisions.members import members
from mutualaid.decisions.models import Decision, RuleOfTwo, Say, Telling
from mutualaid.decisions.notifications import BY_TWO, CLOSED, OPENED, REMINDER
from mutualaid.notify.outbox import Told, enqueue_all
from mutualaid.people.models import User

BATCH = 100
"""People in one transaction: while it writes, no one else writes on SQLite."""
REMIND_BEFORE = timedelta(days=1)
"""From the design (ADR 107). Assumed, not measured."""
RULE_ENDS_BEFORE = timedelta(days=2)
"""So long before its end all hear that a rule of two goes back. Assumed, not measured."""


def tell_what_is_due() -> Iterator[int]:
    """Write what is due to all of them; yields how many each batch had. It may stop after any of them."""
    for kind, flag, decisions, due in _due():
        for pk in list(decisions.order_by("pk").values_list("pk", flat=True)):
            lines = Say.objects.filter(due, decision=pk, user__isnull=False, **{flag: False})
            while lines.exists() and (count := _tell_batch(kind, flag, lines)):
                yield count
    Decision.objects.filter(_all_were_told(), told_at=None).update(told_at=Now())
    ends_soon = RuleOfTwo.objects.in_force().filter(ends_at__lte=Now() + RULE_ENDS_BEFORE)
    ends_soon.filter(telling=Telling.SET).update(
        telling=Telling.ENDING, told_up_to=0, is_told=False
    )
    while _untold_rules().exists() and (count := _tell_of_rules()):
        yield count


def _due() -> list[tuple[str, str, QuerySet[Decision], Q]]:
    """The kind of message, the column that notes it, and to whom in which decisions it is due now."""
    last_day = Decision.objects.open().filter(ends_at__lte=Now() + REMIND_BEFORE)
    return [
        (OPENED, "opened_told", Decision.objects.open(), Q()),
        (REMINDER, "reminder_told", last_day, Q(answer="", opened_told=True)),
        (CLOSED, "outcome_told", Decision.objects.decided().filter(told_at=None), Q()),
    ]


def _all_were_told() -> Q:
    untold = Say.objects.filter(decision=OuterRef("pk"), user__isnull=False, outcome_told=False)
    return Q(~Exists(untold)) & ~Q(outcome="")


@transaction.atomic
def _tell_batch(kind: str, flag: str, lines: QuerySet[Say]) -> int:
    """Two at once share the work. Who has no account is not written to: their code opens the page."""
    rows = lines.defer("reason").select_related("user").order_by("pk")
    locked = list(rows.select_for_update(skip_locked=True, of=("self",))[:BATCH])
    Say.objects.filter(pk__in=[say.pk for say in locked]).update(**{flag: True})
    enqueue_all(
        [Told(kind, say.pk, to=say.user, key=f"{kind}:{say.pk}") for say in locked if say.user]
    )
    return len(locked)


@transaction.atomic
def _tell_of_rules() -> int:
    """Write to the next ones of a rule of two; `told_up_to` is the last id that has been written to."""
    rule = _untold_rules().order_by("pk").select_for_update(skip_locked=True).first()
    if rule is None:
        return 0
    people = list(_who_hears_of_rules().filter(pk__gt=rule.told_up_to).order_by("pk")[:BATCH])
    last = people[-1].pk if people else rule.told_up_to
    RuleOfTwo.objects.filter(pk=rule.pk).update(told_up_to=last, is_told=len(people) < BATCH)
    kind = BY_TWO[rule.telling]
    enqueue_all(
        [Told(kind, user.pk, to=user, key=f"{kind}:{rule.pk}:{user.pk}") for user in people]
    )
    return len(people)


def _who_hears_of_rules() -> QuerySet[User]:
    """Members, and coordinators also before they have a say: they work with what counts."""
    coordinators = User.objects.coordinators().values("pk")
    return User.objects.filter(Q(pk__in=members().values("pk")) | Q(pk__in=coordinators))


def _untold_rules() -> QuerySet[RuleOfTwo]:
    """Of those in force there is something to tell, and of those that went back that they are over."""
    has_news = Q(ended_at=None) | Q(telling=Telling.OVER)
    found: QuerySet[RuleOfTwo] = RuleOfTwo.objects.filter(
        has_news, agreed_at__isnull=False, is_told=False
    )
    return found
