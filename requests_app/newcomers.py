"""How much a volunteer may hold and see at once, and how someone new begins (ADR 46).

Who is new is decided in `people.introductions`. A contact is an ask whose contact details they opened.
"""

from datetime import datetime, timedelta

from django.db.models import (
    Count,
    DurationField,
    Exists,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    TextChoices,
)
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from mutualaid.people.introductions import is_newcomer, known, waits_to_be_met
from mutualaid.people.models import User
from mutualaid.policy.current import current_policy
from mutualaid.policy.limits import Joining
from mutualaid.statements import late
from requests_app.models import AccessLogEntry, Ask, Claim, Need, NeedEvent

LIVE_CLAIMS_OF_A_NEWCOMER = 1
VOLUNTEER = NeedEvent.Kind.VOLUNTEER


class Hindrance(TextChoices):
    """Why a volunteer cannot say yes just now, in a sentence for them."""

    TOO_MANY = (
        "too_many",
        _(
            "You have as many tasks as one person can have at once. When one is done, you can go on."
        ),
    )
    ONE_AT_A_TIME = (
        "one_at_a_time",
        _("You are new here, so you have one task at a time. When it is done, you can go on."),
    )
    ONE_CONTACT = (
        "one_contact",
        _("You are new here and have been in touch with a neighbour lately. You can go on soon."),
    )
    NOT_INVITED = (
        "not_invited",
        _("You are new here. You can say yes to this one if we invite you. Thank you for looking!"),
    )
    MEET_FIRST = "meet_first", _("We would like to meet you first. Your page says how.")


def most_live_claims(*, is_new: bool) -> int:
    """How many claims someone may hold at once by their own yes."""
    return LIVE_CLAIMS_OF_A_NEWCOMER if is_new else current_policy().live_claims_per_person


def hindrance(user: User, need: Need, *, invited: bool) -> Hindrance | None:
    """What keeps this volunteer from saying yes to `need` themself, beside the rules about the need.

    `invited`: they were invited to it. The answer is exact while their account is locked.
    """
    is_new = is_newcomer(user)
    if is_new and waits_to_be_met(user):
        return Hindrance.MEET_FIRST
    if is_new and not (invited or need.for_newcomers):
        return Hindrance.NOT_INVITED
    if Claim.objects.of(user).live().count() >= most_live_claims(is_new=is_new):
        return Hindrance.ONE_AT_A_TIME if is_new else Hindrance.TOO_MANY
    if is_new and _contacts_beside(need.ask, user).exists():
        return Hindrance.ONE_CONTACT
    return None


def may_open_contact(user: User, claim: Claim) -> bool:
    """Whether someone new may see how to reach this neighbour as well; True for everyone else.

    What a coordinator gave them they may. The answer is exact while their account is locked.
    """
    if claim.is_given or not is_newcomer(user):
        return True
    return not _contacts_beside(claim.need.ask, user).exists()


def has_opened_contact(user: User, ask: Ask) -> bool:
    """Whether they have opened the contact details of this ask as a volunteer."""
    return AccessLogEntry.objects.filter(_of_household(ask), by=user, by_kind=VOLUNTEER).exists()


def next_contact_at(user: User) -> datetime | None:
    """When someone new may see how to reach another neighbour; None where they may now."""
    latest = contacts().filter(by=user).order_by("-at").first()
    return latest.at + timedelta(days=current_policy().newcomer_contact_days) if latest else None


def has_room(joining: Joining) -> Q:
    """Filter for offers whose volunteer can say yes to something now: who holds less than they may."""
    mine = Q(volunteer=OuterRef("volunteer"))
    most = late(lambda: current_policy().live_claims_per_person, IntegerField())
    live = Claim.objects.live().filter(mine).order_by()
    counted = live.values("volunteer").annotate(n=Count("pk"))
    is_full = Exists(counted.filter(n__gte=most))
    if joining == Joining.OPEN:
        return ~Q(is_full)
    has_begun = Exists(live) | Exists(contacts().filter(by=OuterRef("volunteer")))
    return ~Q(is_full) & (known("volunteer") | ~has_begun)


def _contacts_beside(ask: Ask, user: User) -> QuerySet[AccessLogEntry]:
    return contacts().filter(by=user).exclude(_of_household(ask))


def contacts() -> QuerySet[AccessLogEntry]:
    """Looks of volunteers within the policy's `newcomer_contact_days`, by their own yes."""
    days = late(lambda: timedelta(days=current_policy().newcomer_contact_days), DurationField())
    looks = AccessLogEntry.objects.filter(by_kind=VOLUNTEER, at__gt=Now() - days)
    of_ask = Q(need__ask=OuterRef("ask")) | Q(need__ask=OuterRef("ask__merged_into"))
    given = Claim.objects.filter(of_ask, volunteer=OuterRef("by"), live_slot=None)
    return looks.filter(~Exists(given))


def _of_household(ask: Ask) -> Q:
    """Looks at this ask, or at one that was merged into it since."""
    return Q(ask=ask.pk) | Q(ask__merged_into=ask.pk)
