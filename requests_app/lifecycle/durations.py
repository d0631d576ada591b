"""How long something may take: as its kind of help says, else as the setting does."""

from datetime import timedelta

from django.db.models import Case, DurationField, ExpressionWrapper, F, IntegerField, Q, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Coalesce, Least

from requests_app.states import Urgency

URGENT = Q(need__urgency=Urgency.CRITICAL)


def hours_of(field: str, *, usual: int, urgent: int) -> Combinable:
    """For a claim: hours as `field` of its kind says, else `usual`; at most `urgent` where help is
    needed today."""
    own = _own(field, usual)
    return _span(Case(When(URGENT, then=Least(own, Value(urgent))), default=own), hours=1)


def hours_by_urgency(*, usual: int, urgent: int) -> Combinable:
    """For a claim: `usual` hours, or `urgent` where help is needed today."""
    return _span(Case(When(URGENT, then=Value(urgent)), default=Value(usual)), hours=1)


def days_of(field: str, *, usual: int) -> Combinable:
    """For a claim: days as `field` of its kind says, else `usual`."""
    return _span(_own(field, usual), days=1)


def _own(field: str, usual: int) -> Combinable:
    own = Cast(F(f"need__category__{field}"), IntegerField())
    return Coalesce(own, Value(usual), output_field=IntegerField())


def _span(many: Combinable, **one: int) -> Combinable:
    return ExpressionWrapper(many * Value(timedelta(**one), DurationField()), DurationField())
