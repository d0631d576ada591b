"""Who has a say: members whom the group knows, who are here for a while and active (ADR 107)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, F, IntegerField, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Now
from django.db.models.lookups import GreaterThanOrEqual

from mutualaid.decisions.models import Admission, Decision, Say, Vouch
from mutualaid.people.models import (
    AccountContactPoint,
    BlockedContactPoint,
    Introduction,
    Membership,
    Role,
    User,
)
from mutualaid.policy.current import read_policy
from requests_app.models import Ask, AskContactPoint, Claim
from requests_app.states import ClaimState

HERE_DAYS = 14
"""So long someone is here before they have a say: from the design (ADR 107). Assumed, not measured."""
ACTIVE_DAYS = 90
"""So lately they signed in, helped or asked: from the design (ADR 107). Assumed, not measured."""
VOUCHES = 2
HELPS = 2
"""To so many households, or from so many people, each confirmed and of an ask that a coordinator read."""
BY_TWO_PEOPLE = (Role.COORDINATOR, Role.SITE_KEEPER)
"""Roles that two people give: whoever has one has been met."""


@dataclass(frozen=True)
class Standing:
    """What someone has towards a say. All three are needed.

    `is_known`: a coordinator has met them, two members vouched for them, or two helps say so.
    """

    is_known: bool
    is_here_long_enough: bool
    is_active: bool

    @property
    def has_a_say(self) -> bool:
        return self.is_known and self.is_here_long_enough and self.is_active


def members() -> QuerySet[User]:
    """Return everyone with an account who would have a say in a proposal that is opened now."""
    return User.objects.active().filter(
        _is_known(), _is_here_long_enough(), _is_active(), erased_at=None
    )


def members_decide() -> bool:
    """Whether rules change by decisions: not in the first weeks of a group, while no one has a say.

    Until then coordinators set them as before. Once something was proposed it stays so.
    """
    return read_policy().has_decisions and (Decision.objects.exists() or members().exists())


def first_say_at() -> datetime | None:
    """When the first of those whom the group knows has been here long enough; None where it knows no one."""
    known = User.objects.active().filter(_is_known(), _is_active(), erased_at=None)
    joined: datetime | None = known.aggregate(first=Min("created_at"))["first"]
    return joined + timedelta(days=HERE_DAYS) if joined else None


def has_a_say(user: User) -> bool:
    """Whether they would have a say in a proposal that is opened now, and may open one."""
    return members().filter(pk=user.pk).exists()


def standing_of(user: User) -> Standing:
    """Return what someone has towards a say, to tell them what is missing. One query."""
    conditions: dict[str, Any] = {
        "is_known_now": _is_known(),
        "is_here_now": _is_here_long_enough(),
        "is_active_now": _is_active(),
    }
    rows = {name: User.objects.active().filter(one) for name, one in conditions.items()}
    mine = User.objects.filter(pk=user.pk)
    found = mine.values_list(*(Exists(one.filter(pk=OuterRef("pk"))) for one in rows.values()))
    known, here, active = next(iter(found), (False, False, False))
    return Standing(known, here, active)


def admissions() -> QuerySet[Admission]:
    """Return the admissions that have a say in a proposal that is opened now: those of a while ago."""
    found: QuerySet[Admission] = Admission.objects.valid().filter(
        given_at__lte=Now() - timedelta(days=HERE_DAYS)
    )
    return found


def open_to(user: User) -> QuerySet[Decision]:
    """Return the open proposals in which they have a say, the first to end first."""
    mine = Say.objects.filter(decision=OuterRef("pk"), user=user.pk)
    found: QuerySet[Decision] = Decision.objects.open().filter(Exists(mine))
    return found.order_by("ends_at", "pk")


def waiting_for(user: User) -> QuerySet[Decision]:
    """Return the open proposals that wait for their word."""
    unanswered = Say.objects.filter(decision=OuterRef("pk"), user=user.pk, answer="")
    return open_to(user).filter(Exists(unanswered))


def say_of(decision: Decision, user: User) -> Say | None:
    """Return their line of the list, with what they answered so far; None where they have no say in this."""
    return Say.objects.filter(decision=decision, user=user.pk).first()


def say_of_admission(decision: Decision, admission: Admission) -> Say | None:
    """Return the line of someone who was admitted by a code; None where it came too late for this."""
    return Say.objects.filter(decision=decision, admission=admission).first()


def _is_known() -> Q:
    introduced = Introduction.objects.filter(person=OuterRef("pk"))
    in_team = Membership.objects.filter(user=OuterRef("pk"), role__in=BY_TWO_PEOPLE)
    by_coordinator = (
        Q(vetted=True)
        | Q(Exists(in_team))
        | Q(Exists(introduced.filter(how=Introduction.How.COORDINATOR)))
    )
    taken_back = Exists(introduced.filter(how=Introduction.How.TAKEN_BACK))
    points = AccountContactPoint.objects.filter(user=OuterRef("pk"))
    blocked = Exists(
        points.filter(fingerprint__in=BlockedContactPoint.objects.values("fingerprint"))
    )
    by_members = Q(GreaterThanOrEqual(_vouches(), VOUCHES))
    by_helps = Q(GreaterThanOrEqual(_helps_given() + _helps_received(), HELPS))
    return (by_coordinator | ((by_members | by_helps) & ~Q(taken_back))) & ~Q(blocked)


def _is_here_long_enough() -> Q:
    return Q(created_at__lte=Now() - timedelta(days=HERE_DAYS))


def _is_active() -> Q:
    since = Now() - timedelta(days=ACTIVE_DAYS)
    helped = Claim.objects.filter(volunteer=OuterRef("pk"), claimed_at__gte=since)
    asked = Ask.objects.filter(account=OuterRef("pk"), created_at__gte=since)
    return Q(last_login__gte=since) | Q(Exists(helped)) | Q(Exists(asked))


def _vouches() -> Combinable:
    """How many members vouched: an introduction by one of them counts as one.

    Not the word of whoever was taken back since: else a ring of false accounts would outlive its first ones.
    """
    taken_back = Introduction.objects.filter(how=Introduction.How.TAKEN_BACK).values("person")
    introduced_by = Introduction.objects.filter(
        person=OuterRef("person"), how=Introduction.How.MEMBER, by=OuterRef("by")
    )
    beside = Vouch.objects.filter(~Exists(introduced_by), person=OuterRef("pk"))
    introduced = Introduction.objects.filter(person=OuterRef("pk"), how=Introduction.How.MEMBER)
    words = (rows.exclude(by__in=taken_back) for rows in (beside, introduced))
    first, second = (_count(rows, "person", "pk") for rows in words)
    return first + second


def _helps_given() -> Coalesce:
    """At how many households their help arrived: not their own, by account or by a contact point.

    All asks of one account are one household, and of those without an account each is one.
    """
    own = AccountContactPoint.objects.filter(user=OuterRef(OuterRef("volunteer")))
    of_own = AskContactPoint.objects.filter(
        ask=OuterRef("need__ask"), fingerprint__in=own.values("fingerprint")
    )
    helps = _confirmed().filter(~Exists(of_own), volunteer=OuterRef("pk"))
    others = helps.exclude(need__ask__account=OuterRef("pk"))
    household = Coalesce(-F("need__ask__account"), F("need__ask"))
    return _count(others, "volunteer", household)


def _helps_received() -> Coalesce:
    """From how many others help arrived: two of one may be the same person with a second account."""
    helps = _confirmed().filter(need__ask__account=OuterRef("pk"))
    return _count(helps.exclude(volunteer=OuterRef("pk")), "need__ask__account", "volunteer")


def _confirmed() -> QuerySet[Claim]:
    """Helps that arrived, of asks that a coordinator read: else someone could help themself."""
    found: QuerySet[Claim] = Claim.objects.filter(
        state=ClaimState.CONFIRMED, need__ask__read_at__isnull=False
    )
    return found


def _count(rows: QuerySet[Any], whose: str, what: str | Combinable) -> Coalesce:
    counted = rows.order_by().values(whose).annotate(n=Count(what, distinct=True)).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)
