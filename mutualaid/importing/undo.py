"""Whether something has come of what was imported; and taking back what nothing has come of.

Neighbours and volunteers that are taken back are erasures: a restored backup would hold people who were
imported by mistake, and write to them. The ledger remembers them; areas and resources are no people.
"""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Exists, Model, OuterRef, ProtectedError, Q, QuerySet

from mutualaid.catalog.models import Locality
from mutualaid.importing.dry_run import Outcome
from mutualaid.importing.kinds.resources import Versions
from mutualaid.importing.models import ImportRow, ImportRun
from mutualaid.matching.models import Match
from mutualaid.notify.models import Notification
from mutualaid.notify.registry import kinds_about
from mutualaid.people.models import Membership, User
from mutualaid.resources.models import Resource
from mutualaid.resources.versions import is_as_imported, take_back_version
from mutualaid.retention import ledger
from mutualaid.retention.terms import ACCOUNT, ASK
from offers_app.models import Offer
from offers_app.states import OfferState
from requests_app.lifecycle.actors import Kind
from requests_app.models import Ask, Claim, Need, NeedEvent

Uses = Sequence[tuple[type[Model], str]]
LIVED_IN: Uses = (
    (User, "locality"),
    (Membership.areas.through, "locality"),
    (Offer.localities.through, "locality"),
    (Resource, "locality"),
    (Resource.areas.through, "locality"),
)
"""What would lose its area without a word if the area were removed."""
OFFER_ASKED = "offer_asked"
UNSENT = (Notification.State.WAITING, Notification.State.CANCELLED)


class SomethingCameOfIt(Exception):
    """Someone was written to, or said yes. Its argument is of how many rows that is so."""


def came_of(run: ImportRun) -> int:
    """Return of how many rows of an import something has come already."""
    rows = run.rows_of(Outcome.IMPORTED)
    asks = asks_with_consequences(Q(pk__in=rows.exclude(ask=None).values("ask")))
    areas = areas_in_use(rows.exclude(locality=None).only("locality", "before").iterator())
    heard = people_who_heard(rows.exclude(person=None).values("person"))
    resources = rows.exclude(resource=None).select_related("resource").defer("cells", "reasons")
    changed_since = sum(not _is_untouched(row) for row in resources.iterator())
    return asks.count() + len(areas) + heard.count() + changed_since


def _is_untouched(row: ImportRow) -> bool:
    """Whether a resource is as it was imported, and no one has said that it is wrong."""
    became = Versions.from_json(row.before).became
    return row.resource is not None and is_as_imported(row.resource, became)


def people_who_heard(people: Any) -> QuerySet[User]:
    """Those of these people, ids or a subquery of them, who were written to or have come by themselves."""
    letters = Notification.objects.filter(kind=OFFER_ASKED, recipient=OuterRef("pk"))
    still_waits = letters.filter(state=Notification.State.WAITING, lease_until=None)
    is_untouched = Offer.objects.filter(volunteer=OuterRef("pk"), state=OfferState.ASKED)
    not_yet = Q(Exists(still_waits), Exists(is_untouched), last_login=None)
    return User.objects.filter(~not_yet, pk__in=people)


def asks_with_consequences(asks: Q) -> QuerySet[Ask]:
    """Those of these asks of which someone but the team has heard, or that are not alone any more.

    A volunteer was invited or said yes, the neighbour was written to or has a link, another need was added,
    or they were put together with others.
    """
    needs = Need.objects.filter(Q(ask=OuterRef("pk")) | Q(came_with=OuterRef("pk")))
    own = Need.objects.filter(ask=OuterRef("pk"))
    claims = Claim.objects.filter(need__ask=OuterRef("pk"))
    matches = Match.objects.filter(need__ask=OuterRef("pk"))
    of_match = Notification.objects.filter(kind__in=kinds_about("match"), about_id=OuterRef("pk"))
    still_waits = of_match.filter(state=Notification.State.WAITING, lease_until=None)
    invited = matches.filter(invited_at__isnull=False).exclude(Exists(still_waits))
    told = matches.filter(Exists(of_match.exclude(state__in=UNSENT)))
    of_need = Notification.objects.filter(kind__in=kinds_about("need"), about_id=OuterRef("pk"))
    written = own.filter(Exists(of_need.exclude(state__in=UNSENT)))
    imported = NeedEvent.objects.filter(need=OuterRef("pk"), action="post", actor_kind=Kind.IMPORT)
    added = own.exclude(Exists(imported))
    lent = needs.exclude(ask=OuterRef("pk"))
    reasons = Q(merged_into__isnull=False) | Q(merged__isnull=False) | Q(links__isnull=False)
    for rows in (claims, invited, told, written, added, lent):
        reasons |= Q(Exists(rows))
    return Ask.objects.filter(asks & reasons).distinct()


def areas_in_use(rows: Iterable[ImportRow]) -> set[int]:
    """The ids of imported areas in which someone asks; and of new ones to which anything else has come."""
    was_there = {row.locality_id: bool(row.before) for row in rows if row.locality_id}
    new = [pk for pk, was in was_there.items() if not was]
    return _areas_of([(Need, "locality")], list(was_there)) | _areas_of(LIVED_IN, new)


def _areas_of(uses: Uses, areas: list[int]) -> set[int]:
    found = set[int]()
    for model, field in uses if areas else ():
        links = model._default_manager.filter(**{f"{field}__in": areas})
        found |= set(links.order_by().values_list(field, flat=True))
    return found


def _take_back_areas(rows: Sequence[ImportRow]) -> None:
    """Again as long as it helps: one that others are part of goes after them."""
    left = list(rows)
    while left:
        stuck = [row for row in left if not _restore_area(row, row.locality_id)]
        if len(stuck) == len(left):
            return
        left = stuck


@transaction.atomic
def take_back(rows: Sequence[ImportRow]) -> None:
    """Remove what was made of these rows; what something has come of meanwhile stays."""
    _remove_asks(rows)
    _remove_people(rows)
    _take_back_areas([row for row in rows if row.locality_id])
    for row in rows:
        if row.resource_id:
            _take_back_resource(row, row.resource_id)


def _take_back_resource(row: ImportRow, pk: int) -> None:
    resource = Resource.objects.select_for_update().filter(pk=pk).first()
    versions = Versions.from_json(row.before)
    if resource and is_as_imported(resource, versions.became):
        ImportRow.objects.filter(pk=row.pk).update(outcome=Outcome.REMOVED, resource=None)
        take_back_version(resource, versions.was)


def _remove_asks(rows: Sequence[ImportRow]) -> None:
    asks = [row.ask_id for row in rows if row.ask_id]
    # In this order, and with its key left free, as `lock_ask` does.
    list(Ask.objects.select_for_update(no_key=True).filter(pk__in=asks).order_by("pk"))
    list(Need.objects.select_for_update().filter(ask__in=asks).order_by("pk"))
    stays = set(asks_with_consequences(Q(pk__in=asks)).values_list("pk", flat=True))
    free = [ask for ask in asks if ask not in stays]
    needs = Need.objects.filter(ask__in=free)
    matches = Match.objects.filter(need__in=needs)
    unsent = Notification.objects.filter(state__in=UNSENT)
    unsent.filter(kind__in=kinds_about("match"), about_id__in=matches.values("pk")).delete()
    unsent.filter(kind__in=kinds_about("need"), about_id__in=needs.values("pk")).delete()
    ids = [row.pk for row in rows if row.ask_id in free]
    ImportRow.objects.filter(pk__in=ids).update(outcome=Outcome.REMOVED, ask=None)
    ledger.write(ASK, free)
    needs.delete()
    Ask.objects.filter(pk__in=free).delete()


def _remove_people(rows: Sequence[ImportRow]) -> None:
    people = [row.person_id for row in rows if row.person_id]
    stays = set(people_who_heard(people).values_list("pk", flat=True))
    free = [person for person in people if person not in stays]
    ids = [row.pk for row in rows if row.person_id in free]
    ImportRow.objects.filter(pk__in=ids).update(outcome=Outcome.REMOVED, person=None)
    ledger.write(ACCOUNT, free)
    User.objects.filter(pk__in=free).delete()


def _restore_area(row: ImportRow, pk: int | None) -> bool:
    """Delete an area that was added, or give one that was changed back what it was; False where it stays."""
    area = Locality.objects.select_for_update(of=("self",)).filter(pk=pk or 0).first()
    if area is None or areas_in_use([row]):
        return False
    try:
        with transaction.atomic():
            ImportRow.objects.filter(pk=row.pk).update(outcome=Outcome.REMOVED, locality=None)
            if row.before:
                for name, value in json.loads(row.before).items():
                    setattr(area, name, value)
                area.save()
            else:
                area.delete()
    except (
        ProtectedError,
        IntegrityError,
    ):  # others are part of it, or what it was part of is gone
        return False
    return True
