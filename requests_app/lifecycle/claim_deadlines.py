"""When the clock does something about a claim. Each live claim has a next date, so none goes on for ever.

The spans are numbers of the policy, or of the category of the need where it sets its own (ADR 32).
"""

from datetime import timedelta
from typing import Any, NamedTuple

from django.db.models import (
    Case,
    DateTimeField,
    DurationField,
    ExpressionWrapper,
    F,
    IntegerField,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Coalesce, Greatest, Least, Now
from django.db.models.lookups import LessThan

from mutualaid.policy.current import current_policy
from requests_app.models import Claim
from requests_app.models.claim import ClaimQuerySet
from requests_app.states import IN_TOUCH, ON_THE_WAY, ClaimState, Urgency

IS_URGENT = Q(need__urgency=Urgency.CRITICAL)


class Deadline(NamedTuple):
    """Which claims wait for the clock, and until when."""

    claims: Q
    until: Combinable


def claims_to_remind() -> QuerySet[Claim]:
    """Claims whose volunteer was not heard of in time and has not been reminded."""
    return _due(_reminder())


def claims_to_lapse() -> QuerySet[Claim]:
    """Claims whose volunteer was reminded and still not heard of in time."""
    return _due(_lapse())


def claims_to_ask_about_again() -> QuerySet[Claim]:
    """Claims that were said to be done a while ago, and the neighbour has not said whether it arrived."""
    return _due(_follow_up())


def claims_to_close_unconfirmed() -> QuerySet[Claim]:
    """Claims about which the neighbour was asked again and did not answer in time."""
    return _due(_close_unconfirmed())


def silent() -> QuerySet[Claim]:
    """Claims in touch whose volunteer has not answered in time how it went."""
    is_late = LessThan(_plus("reminded_at", _answer_time()), Now())
    return Claim.objects.filter(is_late, state__in=IN_TOUCH)


def with_next_date() -> QuerySet[Any]:
    """The live claims, each with `next_date`: when the clock does something unless people do before."""
    deadlines = (_reminder(), _lapse(), _follow_up(), _close_unconfirmed())
    cases = [When(deadline.claims, then=deadline.until) for deadline in deadlines]
    return _claims().live().annotate(next_date=Case(*cases, output_field=DateTimeField()))


def _reminder() -> Deadline:
    """Not in touch: counted from the claim. In touch: from when we last heard, or after the agreed day."""
    policy = current_policy()
    contact_time = _hours_of_category(
        "contact_hours", usual=policy.contact_hours, urgent=policy.contact_hours_urgent
    )
    progress_time = _hours_of_category(
        "progress_hours", usual=policy.progress_hours, urgent=policy.progress_hours_urgent
    )
    until = Case(
        When(state=ClaimState.CLAIMED, then=_plus("claimed_at", contact_time)),
        When(state=ClaimState.CONTACTED, then=_plus("silent_since", progress_time)),
        default=F("silent_since"),
        output_field=DateTimeField(),
    )
    return Deadline(Q(state__in=ON_THE_WAY, reminded_at=None), until)


def _lapse() -> Deadline:
    """Not in touch: counted from the claim, but at least `contact_hours_urgent` after the reminder.

    In touch: twice the time to answer after the reminder.
    """
    policy = current_policy()
    lapse_time = _hours_of_category(
        "lapse_hours", usual=policy.lapse_hours, urgent=policy.lapse_hours_urgent
    )
    least_after_reminder = timedelta(hours=policy.contact_hours_urgent)
    until = Case(
        When(
            state=ClaimState.CLAIMED,
            then=Greatest(
                _plus("claimed_at", lapse_time), _plus("reminded_at", least_after_reminder)
            ),
        ),
        default=_plus("reminded_at", _answer_time(times=2)),
        output_field=DateTimeField(),
    )
    return Deadline(Q(state__in=ON_THE_WAY, reminded_at__isnull=False), until)


def _follow_up() -> Deadline:
    wait = _days_of_category("follow_up_days", usual=current_policy().follow_up_days)
    return Deadline(
        Q(state=ClaimState.DELIVERED, reminded_again_at=None), _plus("delivered_at", wait)
    )


def _close_unconfirmed() -> Deadline:
    wait = timedelta(days=current_policy().close_unconfirmed_days)
    return Deadline(
        Q(state=ClaimState.DELIVERED, reminded_again_at__isnull=False),
        _plus("reminded_again_at", wait),
    )


def _due(deadline: Deadline) -> QuerySet[Claim]:
    is_over = LessThan(deadline.until, Now())
    return _claims().filter(deadline.claims, is_over)


def _claims() -> ClaimQuerySet:
    claims: ClaimQuerySet = Claim.objects.select_related("need__category", "volunteer")
    return claims


def _answer_time(*, times: int = 1) -> Combinable:
    """How long a volunteer has to answer a question, `times` over; shorter if it is urgent."""
    policy = current_policy()
    usual, urgent = policy.progress_answer_hours, policy.progress_answer_hours_urgent
    hours = Case(When(IS_URGENT, then=Value(times * urgent)), default=Value(times * usual))
    return _span(hours, timedelta(hours=1))


def _hours_of_category(field: str, *, usual: int, urgent: int) -> Combinable:
    """Hours as `field` of the category says, else `usual`; at most `urgent` if it is urgent."""
    own = _number_of_category(field, usual)
    hours = Case(When(IS_URGENT, then=Least(own, Value(urgent))), default=own)
    return _span(hours, timedelta(hours=1))


def _days_of_category(field: str, *, usual: int) -> Combinable:
    """Days as `field` of the category says, else `usual`."""
    return _span(_number_of_category(field, usual), timedelta(days=1))


def _number_of_category(field: str, usual: int) -> Combinable:
    own = Cast(F(f"need__category__{field}"), IntegerField())
    return Coalesce(own, Value(usual), output_field=IntegerField())


def _span(number: Combinable, unit: timedelta) -> Combinable:
    return ExpressionWrapper(number * Value(unit, DurationField()), DurationField())


def _plus(moment: str, span: Combinable | timedelta) -> Combinable:
    return ExpressionWrapper(F(moment) + span, DateTimeField())
