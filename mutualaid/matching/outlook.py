"""What may become of an open need, as the last look for volunteers left it: one answer for each need."""

from datetime import timedelta

from django.db.models import (
    Case,
    Count,
    DateTimeField,
    Exists,
    OuterRef,
    Q,
    QuerySet,
    TextChoices,
    Value,
    When,
)
from django.db.models.functions import Now
from django.db.models.lookups import Exact
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mutualaid.matching.models import Match
from mutualaid.matching.states import INVITED
from mutualaid.policy.current import current_policy
from requests_app.models import Need
from requests_app.states import NeedState, Urgency


class Outlook(TextChoices):
    """In the order in which they are tried: the first that is true of a need is its outlook.

    So no need is counted twice, and every open need has one.
    """

    INVITED = "invited", _("open, and someone was invited who may still answer")
    NOT_LOOKED_AT = "unlooked", _("open, and the software has yet to look for someone")
    BY_HAND = (
        "by_hand",
        _("open, and only you invite: it is sensitive, or its invitations were stopped"),
    )
    LATER = (
        "later",
        _("open, and people who fit can't be invited now: invited often, asleep, or on a break"),
    )
    HELD = "held", _("open, and waits a little: other needs have few but the people who fit")
    NO_ONE_LEFT = "asked", _("open, and no one is left: all were invited, said no or were left out")
    NO_ONE_FITS = "nobody", _("open, and no one fits")


def is_open() -> Q:
    """Match needs that someone is looked for; not those whose day is over."""
    today = timezone.localdate()
    return Q(Q(needed_by=None) | Q(needed_by__gte=today), state=NeedState.OPEN)


def has_outlook(outlook: Outlook) -> Q:
    """Match the open needs with this outlook."""
    return is_open() & Q(Exact(_outlook(), Value(outlook.value)))


def count_outlooks(needs: "QuerySet[Need]") -> dict[str, int]:
    """How many of `needs` are open and have each outlook, in one query."""
    found = needs.filter(is_open()).order_by().annotate(outlook=_outlook())
    counted = dict(found.values_list("outlook").annotate(n=Count("pk")))
    return {value: counted.get(value, 0) for value in Outlook.values}


def _outlook() -> Case:
    matches = Match.objects.filter(need=OuterRef("pk"))
    # Of those who fitted once and were not invited before someone else said yes, nothing is left to say.
    counts = matches.exclude(state=Match.State.SUPERSEDED, invited_at=None)
    return Case(
        _when(Q(Exists(matches.filter(_may_still_answer(), state__in=INVITED))), Outlook.INVITED),
        _when(Q(search=None) | Q(match_due_at__lte=Now()), Outlook.NOT_LOOKED_AT),
        _when(Q(category__sensitive=True) | Q(search__stopped=True), Outlook.BY_HAND),
        _when(Q(search__held_until__gt=Now()), Outlook.HELD),
        _when(Q(Exists(matches.filter(state=Match.State.SUGGESTED))), Outlook.LATER),
        _when(Q(Exists(counts)), Outlook.NO_ONE_LEFT),
        default=Value(Outlook.NO_ONE_FITS.value),
    )


def _when(condition: Q, outlook: Outlook) -> When:
    return When(condition, then=Value(outlook.value))


def _may_still_answer() -> Q:
    """Match invitations that the wave under way waits for, by the urgency of the need of the outer row."""
    now = timezone.now()
    waits = zip(Urgency.values, current_policy().wave_minutes, strict=True)
    oldest = Case(
        *(
            When(Exact(OuterRef("urgency"), urgency), then=Value(now - timedelta(minutes=minutes)))
            for urgency, minutes in waits
        ),
        output_field=DateTimeField(),
    )
    return Q(invited_at__gt=oldest)
