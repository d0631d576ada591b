"""What the clock does about claims. Every live one has its next date, so none goes on for ever."""

from datetime import timedelta
from typing import Any, NamedTuple

from django.db.models import Case, DateTimeField, ExpressionWrapper, F, Q, QuerySet, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Greatest, Now
from django.db.models.lookups import LessThan

from mutualaid.policy.current import current_policy
from requests_app.lifecycle.durations import days_of, hours_by_urgency, hours_of
from requests_app.models import Claim
from requests_app.states import IN_TOUCH, ON_THE_WAY, ClaimState


class Deadline(NamedTuple):
    """The claims for which the clock waits, and until when."""

    claims: Q
    until: Combinable


def claims_to_remind() -> QuerySet[Claim]:
    """Claims of whose volunteer we have not heard in time, and whom we did not remind yet."""
    return _due(_unreminded())


def claims_to_lapse() -> QuerySet[Claim]:
    """Claims that were silent too long; nobody lapses unreminded."""
    return _due(_reminded())


def claims_to_ask_about_again() -> QuerySet[Claim]:
    """Claims that are done, while the neighbour has not said whether it arrived."""
    return _due(_done())


def claims_to_close_unconfirmed() -> QuerySet[Claim]:
    """Claims about which the neighbour was asked again and kept silent."""
    return _due(_asked_again())


def silent() -> QuerySet[Claim]:
    """Claims in touch, then not heard of, and our question how it went is long unanswered."""
    late = LessThan(_plus("reminded_at", _answer()), Now())
    return Claim.objects.filter(late, state__in=IN_TOUCH)


def with_next_date() -> Any:
    """The live claims, each with `next_date`: when the clock does something unless people do before."""
    stages = (_unreminded(), _reminded(), _done(), _asked_again())
    cases = [When(stage.claims, then=stage.until) for stage in stages]
    return _claims().live().annotate(next_date=Case(*cases, output_field=DateTimeField()))


def _unreminded() -> Deadline:
    """Not in touch: counted from the claim. In touch: from the last step, or after the agreed day."""
    policy = current_policy()
    contact = hours_of(
        "contact_hours", usual=policy.contact_hours, urgent=policy.contact_hours_urgent
    )
    progress = hours_of(
        "progress_hours", usual=policy.progress_hours, urgent=policy.progress_hours_urgent
    )
    until = Case(
        When(state=ClaimState.CLAIMED, then=_plus("claimed_at", contact)),
        When(state=ClaimState.CONTACTED, then=_plus("silent_since", progress)),
        default=F("silent_since"),
        output_field=DateTimeField(),
    )
    return Deadline(Q(state__in=ON_THE_WAY, reminded_at=None), until)


def _reminded() -> Deadline:
    """Counted from the claim, but some hours after the reminder at least; in touch: from the question."""
    policy = current_policy()
    lapse = hours_of("lapse_hours", usual=policy.lapse_hours, urgent=policy.lapse_hours_urgent)
    least = timedelta(hours=policy.contact_hours_urgent)
    until = Case(
        When(
            state=ClaimState.CLAIMED,
            then=Greatest(_plus("claimed_at", lapse), _plus("reminded_at", least)),
        ),
        default=_plus("reminded_at", _answer(twice=True)),
        output_field=DateTimeField(),
    )
    return Deadline(Q(state__in=ON_THE_WAY, reminded_at__isnull=False), until)


def _done() -> Deadline:
    long = days_of("follow_up_days", usual=current_policy().follow_up_days)
    return Deadline(
        Q(state=ClaimState.DELIVERED, reminded_again_at=None), _plus("delivered_at", long)
    )


def _asked_again() -> Deadline:
    silence = timedelta(days=current_policy().close_unconfirmed_days)
    return Deadline(
        Q(state=ClaimState.DELIVERED, reminded_again_at__isnull=False),
        _plus("reminded_again_at", silence),
    )


def _answer(*, twice: bool = False) -> Combinable:
    """How long there is to answer; after as long again it lapses."""
    times, policy = 2 if twice else 1, current_policy()
    return hours_by_urgency(
        usual=times * policy.progress_answer_hours,
        urgent=times * policy.progress_answer_hours_urgent,
    )


def _due(stage: Deadline) -> QuerySet[Claim]:
    late = LessThan(stage.until, Now())
    due: QuerySet[Claim] = _claims().filter(stage.claims, late)
    return due


def _claims() -> Any:
    return Claim.objects.select_related("need__category", "volunteer")


def _plus(moment: str, span: Combinable | timedelta) -> Combinable:
    return ExpressionWrapper(F(moment) + span, DateTimeField())
