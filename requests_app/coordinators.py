"""The coordinators of a need: who took it in, and to whom its volunteers can turn (ADR 36)."""

from collections.abc import Collection, Mapping

from django.db.models import Case, Count, Max, Q, QuerySet, Value, When

from mutualaid.catalog.models import Locality
from mutualaid.encryption.fingerprints import fingerprints
from mutualaid.notify.outbox import HeldBatch, Told, enqueue, enqueue_all
from mutualaid.people.models import AccountContactPoint, Membership, Role, User
from requests_app.access.exclusions import pairs_kept_apart, people_kept_from
from requests_app.models import AccessLogEntry, Ask, Claim, Need, NeedEvent
from requests_app.states import ON_THE_WAY, NeedAction


def intake_coordinator(need: Need) -> User | None:
    """The first in the history of the need who is a coordinator and from whom the ask is not kept.

    None if there is none.
    """
    return intake_coordinators([need]).get(need.pk)


def intake_coordinators(needs: Collection[Need]) -> dict[int, User]:
    """The same for several needs, by their ids, without those that have none."""
    return _first_not_kept_from(_coordinators_who_acted(needs))


def _coordinators_who_acted(needs: Collection[Need]) -> list[tuple[int, int]]:
    """Pairs (id of a need, id of a coordinator who did something with it), the first to act first."""
    by_coordinators = NeedEvent.objects.filter(
        need__in=[need.pk for need in needs],
        actor_kind=NeedEvent.Kind.COORDINATOR,
        actor__in=User.objects.coordinators().values("pk"),
    )
    acted = by_coordinators.exclude(action=NeedAction.CODE).order_by("at", "pk")
    return list(dict.fromkeys(acted.values_list("need", "actor")))


def _first_not_kept_from(pairs: list[tuple[int, int]]) -> dict[int, User]:
    if not pairs:
        return {}
    kept_apart = pairs_kept_apart(Need.objects.filter(pk__in={need for need, _ in pairs}))
    first = {pair[0]: pair[1] for pair in reversed(pairs) if pair not in kept_apart}
    users = User.objects.in_bulk(set(first.values()))
    return {need: users[actor] for need, actor in first.items()}


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


def notify_intake_coordinators(
    needs: Collection[Need], by: User | None, batch: HeldBatch | None = None
) -> None:
    """Tell the intake coordinators that needs are closed, unless they closed them themselves.

    Those of one ask that were closed in one step, for one reason, are one message, about the first.
    """
    acted = _coordinators_who_acted(needs)
    if by and all(actor == by.pk for _, actor in acted):
        return  # nearly always, of many needs at once
    told = _first_not_kept_from(acted)
    first: dict[tuple[User, int, str], Need] = {}
    for need in needs:
        if (coordinator := told.get(need.pk)) and coordinator != by:
            first.setdefault((coordinator, need.ask_id, need.close_reason), need)
    kind = "coordinator_need_closed"
    enqueue_all([Told(kind, need.pk, to=one) for (one, *_), need in first.items()], batch)


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
    """Whether someone knows that `phone` is the neighbour's: see `asks_with_confirmed_phone`."""
    return ask.pk in asks_with_confirmed_phone({ask.pk: phone})


def asks_with_confirmed_phone(phones: Mapping[int, str]) -> set[int]:
    """Those asks, by id, of whose phone someone knows that it is the neighbour's.

    Their own account, or a coordinator: one who opened the contact details, as they do before each call,
    since the neighbour last wrote another phone.
    """
    if not phones:
        return set()
    points = {pk: fingerprints(phone) for pk, phone in phones.items()}
    owners = owners_of(set().union(*points.values()))
    asks = Ask.objects.in_bulk(list(phones))
    own = {
        pk
        for pk, ask in asks.items()
        if any(ask.is_of(owner) for point in points[pk] for owner in owners.get(point, ()))
    }
    looks = AccessLogEntry.objects.filter(ask__in=asks, by_kind=NeedEvent.Kind.COORDINATOR)
    looks = looks.exclude(kind=AccessLogEntry.Kind.WORDS)
    looked = dict(looks.order_by().values_list("ask").annotate(at=Max("at")))
    changes = NeedEvent.objects.filter(
        need__ask__in=looked,
        action=NeedAction.CHANGE,
        reason="phone",
        actor_kind=NeedEvent.Kind.NEIGHBOUR,
    )
    changed = dict(changes.order_by().values_list("need__ask").annotate(at=Max("at")))
    return own | {pk for pk, at in looked.items() if pk not in changed or changed[pk] < at}


def owners_of(points: Collection[str]) -> dict[str, list[User]]:
    """The accounts that have each of these fingerprints of contact points."""
    owners: dict[str, list[User]] = {}
    rows = AccountContactPoint.objects.filter(fingerprint__in=points).select_related("user")
    for row in rows:
        owners.setdefault(row.fingerprint, []).append(row.user)
    return owners


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
