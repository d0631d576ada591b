"""The coordinator behind a need: who took it in, and who stands by the volunteer. See docs/adr/0036."""

from datetime import timedelta

from django.db.models import Case, Count, Q, QuerySet, Value, When

from mutualaid.catalog.models import Locality
from mutualaid.notify.outbox import enqueue
from mutualaid.people.models import User
from requests_app.access.exclusions import people_kept_from
from requests_app.models import Claim, Need, NeedEvent
from requests_app.states import ON_THE_WAY


def intake_coordinator(need: Need) -> User | None:
    """The first coordinator in the history of the need, as long as they are one and may hear of it."""
    acted = need.events.filter(actor_kind=NeedEvent.Kind.COORDINATOR)
    first = acted.exclude(actor=None).values_list("actor", flat=True).first()
    return _coordinators(need).filter(pk=first).first() if first else None


def choose_support_contact(need: Need, volunteer: User) -> User | None:
    """Whom the volunteer can turn to: who took the need in, else whoever of the area, or of all, has least.

    It shares the work and says nothing about anybody: at the same number the longest here is taken.
    """
    took_it_in = intake_coordinator(need)
    if took_it_in and took_it_in != volunteer:
        return took_it_in
    of_the_area = When(locality__in=_around(need.locality), then=Value(0))
    with_her = Count("supported_claims", filter=Q(supported_claims__state__in=ON_THE_WAY))
    others = _coordinators(need).exclude(pk=volunteer.pk)
    by_turn = others.annotate(far=Case(of_the_area, default=Value(1)), with_her=with_her)
    return by_turn.order_by("far", "with_her", "pk").first()


def notify_support_contact(claim: Claim, by: User | None) -> None:
    """One message, unless they gave the need to the volunteer themself."""
    if claim.support_contact and claim.support_contact != by:
        enqueue("coordinator_supports_claim", about_id=claim.pk, to=claim.support_contact)


def notify_intake_coordinator(
    need: Need, by: User | None, *, key: str = "", hold: timedelta | None = None
) -> None:
    """Tell who took the need in that it is closed, unless they closed it. `key`, `hold`: see `enqueue`."""
    coordinator = intake_coordinator(need)
    if coordinator and coordinator != by:
        kind = "coordinator_need_closed"
        enqueue(kind, about_id=need.pk, to=coordinator, key=key, hold=hold)


def _coordinators(need: Need) -> QuerySet[User]:
    """All but those who ask themselves, or must not find out about it."""
    return User.objects.coordinators().exclude(pk__in=people_kept_from(need.ask))


def _around(locality: Locality | None) -> list[int]:
    """The area and the larger ones that it is part of."""
    around: list[int] = []
    while locality and locality.pk not in around:
        around.append(locality.pk)
        locality = locality.parent
    return around
