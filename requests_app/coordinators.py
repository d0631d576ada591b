"""The coordinators of a need: who took it in, and to whom its volunteers can turn (ADR 36)."""

from datetime import timedelta

from django.db.models import Case, Count, Max, Q, QuerySet, Value, When

from mutualaid.catalog.models import Locality
from mutualaid.encryption.fingerprints import fingerprints
from mutualaid.notify.outbox import enqueue
from mutualaid.people.models import Membership, Role, User
from requests_app.access.exclusions import people_kept_from
from requests_app.models import AccessLogEntry, Ask, Claim, Need, NeedEvent
from requests_app.states import ON_THE_WAY, NeedAction


def intake_coordinator(need: Need) -> User | None:
    """The first in the history of the need who is a coordinator and from whom the ask is not kept.

    None if there is none.
    """
    by_coordinators = need.events.filter(actor_kind=NeedEvent.Kind.COORDINATOR)
    by_coordinators = by_coordinators.exclude(action=NeedAction.CODE)
    first = by_coordinators.filter(actor__in=_coordinators(need)).select_related("actor").first()
    return first.actor if first else None


def choose_support_contact(need: Need, volunteer: User) -> User | None:
    """Choose the coordinator to whom this volunteer can turn about this need; None if there is no other.

    Whoever took the need in; else, of the coordinators who look after the area or a larger one that it is
    part of, or else of those who live there, or else of all, the one who supports the fewest volunteers on
    the way; of equals the oldest account.
    """
    intake = intake_coordinator(need)
    if intake and intake != volunteer:
        return intake
    areas = _with_larger_areas(need.locality)
    looks_after = When(pk__in=User.objects.looking_after(areas), then=Value(0))
    lives_there = When(locality__in=areas, then=Value(1))
    candidates = _coordinators(need).exclude(pk=volunteer.pk)
    ranked = candidates.annotate(
        distance=Case(looks_after, lives_there, default=Value(2)),
        load=Count("supported_claims", filter=Q(supported_claims__state__in=ON_THE_WAY)),
    )
    return ranked.order_by("distance", "load", "pk").first()


def notify_support_contact(claim: Claim, by: User | None) -> None:
    """Tell the support contact of a new claim, unless they made it themselves."""
    if claim.support_contact and claim.support_contact != by:
        enqueue("coordinator_supports_claim", about_id=claim.pk, to=claim.support_contact)


def notify_intake_coordinator(
    need: Need, by: User | None, *, key: str = "", hold: timedelta | None = None
) -> None:
    """Tell the intake coordinator that the need is closed, unless they closed it themselves.

    `key` and `hold` are those of `enqueue`.
    """
    coordinator = intake_coordinator(need)
    if coordinator and coordinator != by:
        kind = "coordinator_need_closed"
        enqueue(kind, about_id=need.pk, to=coordinator, key=key, hold=hold)


def notify_coordinators_of_area(need: Need) -> None:
    """Tell the coordinators who look after the area of a need that one waits to be read, once for an ask.

    The team chat hears of it too; where no one has chosen the area, it alone does, and of what is held back.
    """
    if need.held_back:
        return
    of_area = User.objects.looking_after(_with_larger_areas(need.locality))
    for user in _coordinators(need).filter(pk__in=of_area).order_by("pk"):
        key = f"coordinator_to_read:{need.ask_id}:{user.pk}"
        enqueue("coordinator_to_read", about_id=user.pk, to=user, key=key)


def areas_of(user: User) -> set[int]:
    """The ids of the areas that a coordinator looks after, and of those inside them; empty: no choice."""
    mine = Membership.objects.filter(user=user, role=Role.COORDINATOR)
    chosen = set(Locality.objects.filter(pk__in=mine.values("areas")).values_list("pk", flat=True))
    parents = dict(Locality.objects.values_list("pk", "parent")) if chosen else {}
    inside = set(chosen)
    while more := {pk for pk, parent in parents.items() if parent in inside} - inside:
        inside |= more
    return inside


def has_confirmed_phone(ask: Ask, phone: str) -> bool:
    """Whether someone knows that `phone` is the neighbour's: their own account, or a coordinator.

    A coordinator who opened the contact details, as they do before each call, since the neighbour last
    wrote another phone.
    """
    owners = User.objects.filter(contact_points__fingerprint__in=fingerprints(phone))
    if any(ask.is_of(owner) for owner in owners):
        return True
    looks = AccessLogEntry.objects.filter(ask=ask, by_kind=NeedEvent.Kind.COORDINATOR)
    newest = looks.aggregate(at=Max("at"))["at"]
    if newest is None:
        return False
    changes = NeedEvent.objects.filter(need__ask=ask, action=NeedAction.CHANGE, reason="phone")
    by_neighbour = changes.filter(actor_kind=NeedEvent.Kind.NEIGHBOUR)
    return not by_neighbour.filter(at__gte=newest).exists()


def _coordinators(need: Need) -> QuerySet[User]:
    """All coordinators but those from whom the ask is kept, as who asked themselves."""
    return User.objects.coordinators().exclude(pk__in=people_kept_from(need.ask))


def _with_larger_areas(locality: Locality | None) -> list[int]:
    """The ids of the area and of the larger ones that it is part of."""
    ids: list[int] = []
    while locality and locality.pk not in ids:
        ids.append(locality.pk)
        locality = locality.parent
    return ids
