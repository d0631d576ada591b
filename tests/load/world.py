"""A full site to visit: a made-up city, its needs with their matches, and the people who come.

Written in bulk, as it would stand after three weeks; the worker has looked at all of it already.
"""

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.models import Model, Q
from django.test import Client
from django.utils import timezone

from mutualaid.catalog.models import Category, Locality
from mutualaid.local_time import this_week
from mutualaid.matching.models import Match, NeedSearch
from mutualaid.notify.models import Notification
from mutualaid.people.models import Role, User
from offers_app.models import Offer
from requests_app.access.links import make_link
from requests_app.models import Ask, Claim, Need, NeedEvent, NeedNotes
from requests_app.states import NeedState
from tests.benchmarks.city import City
from tests.support import factories
from tests.support.signing_in import sign_in

SEED, AT_ONCE, DAYS = 1, 2_000, 20
MATCHES_EACH, RESOURCES, COORDINATORS, COME_BACK = 5, 30, 8, 50
SHARES = {
    NeedState.OPEN: 0.6,
    NeedState.TRIAGE: 0.1,
    NeedState.CLAIMED: 0.1,
    NeedState.CLOSED: 0.2,
}
"""Of all needs, in this order. Assumed, not measured."""
LINES = [
    {"code": "area", "points": 30.0, "value": ""},
    {"code": "exact_category", "points": 20.0, "value": ""},
]
CONTACT = {"name": "Ana", "phone": "555 0100", "address": "7 Hill Road"}


@dataclass
class Cast:
    """What the people who come have in hand, for another process: cookies and links."""

    cookie: str
    group: str
    kind: str
    area: str
    tokens: list[str]
    volunteers: list[tuple[str, str]]
    """Session, and the public id of a match to which they were invited."""
    coordinators: list[str]
    keep_from: tuple[str, ...] = ("",)
    """Whom one neighbour after the other names as someone who must not find out; "" for no one."""

    def write(self, path: Path) -> None:
        path.write_text(json.dumps(asdict(self)))


def fill(*, needs: int, volunteers: int, come: int) -> Cast:
    """Fill a site that has only what it starts with; `come` of the volunteers are signed in.

    Raises `ValueError` where fewer needs are open than volunteers come and neighbours come back.
    """
    city = City(volunteers, SEED)
    # All stand on the board, and everyone who is invited may say yes.
    for_few = Category.objects.filter(Q(sensitive=True) | Q(vetted_only=True))
    for_few_ids = set(for_few.values_list("pk", flat=True))
    city.leaves = [leaf for leaf in city.leaves if leaf[0] not in for_few_ids]
    city.demand = city.demand[: len(city.leaves)]
    city.fill()
    _count_on_from_ids(User, Offer)
    with transaction.atomic():  # or else the worker would look at what is due meanwhile
        ids = city.needs(needs)
        by_state = _put_in_states(ids)
    if come > min(volunteers, len(by_state[NeedState.OPEN]) - COME_BACK):
        raise ValueError("each volunteer who comes needs an open need of their own")
    _add_what_belongs_to_needs(ids)
    _in_bulk(_matches(ids, volunteers, come))
    _in_bulk(_claims(by_state[NeedState.CLAIMED], volunteers))
    kind = Category.objects.select_related("parent").get(pk=city.leaves[0][0])
    area = Locality.objects.get(pk=city.areas[0])
    for number in range(RESOURCES):
        factories.resource(f"Table {number}", categories=[kind], areas=[area])
    city.write_statistics()
    coordinators = [factories.person(f"Carla {n}", Role.COORDINATOR) for n in range(COORDINATORS)]
    return Cast(
        cookie=settings.SESSION_COOKIE_NAME,
        group=kind.parent.slug,
        kind=kind.slug,
        area=area.slug,
        tokens=[
            make_link(ask)
            for ask in Ask.objects.filter(needs__in=by_state[NeedState.OPEN][-COME_BACK:])
        ],
        volunteers=invitations(_firsts(ids[:come])),
        coordinators=[session_of(person) for person in coordinators],
    )


def session_of(person: User) -> str:
    """The cookie of a session in which this person has just signed in, with a second factor."""
    return sign_in(Client(), person).cookies[settings.SESSION_COOKIE_NAME].value


def invitations(matches: Collection[int]) -> list[tuple[str, str]]:
    """Sign in who was invited by these matches, in their order; each with the public id of it.

    Their neighbours have contact details, which the others lack.
    """
    for ask in Ask.objects.filter(needs__matches__in=matches).distinct():
        factories.set_contact(ask, **CONTACT)
    related = Match.objects.filter(pk__in=matches).select_related("offer__volunteer")
    return [(session_of(one.offer.volunteer), str(one.public_id)) for one in related.order_by("pk")]


def _firsts(needs: Collection[int]) -> list[int]:
    """Of each of these needs the match to which someone was invited."""
    firsts = Match.objects.filter(need__in=needs, state=Match.State.NOTIFIED)
    return list(firsts.values_list("pk", flat=True))


def _put_in_states(ids: Sequence[int]) -> dict[NeedState, Sequence[int]]:
    """Share the needs out among the states, and spread them over the days before now."""
    now, begin, parts = timezone.now(), 0, {}
    for state, share in SHARES.items():
        end = begin + round(share * len(ids))
        parts[state] = ids[begin:end]
        is_closed = state == NeedState.CLOSED
        closed = {"close_reason": "fulfilled", "closed_at": now} if is_closed else {}
        looked = {"match_due_at": now + timedelta(days=1)}
        for some in _in_parts(parts[state]):
            Need.objects.filter(pk__in=some).update(state=state, **closed, **looked)
        begin = end
    for day in range(DAYS):
        for some in _in_parts(ids[day::DAYS]):
            Need.objects.filter(pk__in=some).update(created_at=now - timedelta(days=day))
    return parts


def _add_what_belongs_to_needs(ids: Sequence[int]) -> None:
    _in_bulk(NeedNotes(need_id=pk, text="Milk and bread, please.") for pk in ids)
    _in_bulk(NeedSearch(need_id=pk, candidates=MATCHES_EACH) for pk in ids)
    _in_bulk(
        NeedEvent(need_id=pk, action="publish", state="open", actor_kind="neighbour") for pk in ids
    )
    now = timezone.now()
    _in_bulk(
        Notification(key=f"load:{pk}", kind="need_received", about_id=pk, state="sent", sent_at=now)
        for pk in ids
    )


def _matches(ids: Sequence[int], volunteers: int, come: int) -> Iterator[Match]:
    """Need n was offered to volunteer n first, and to a few others who were not invited.

    Those who come were invited an hour ago, the others more than a week ago: they may be asked again.
    """
    lately, long_ago = (timezone.now() - timedelta(hours=hours) for hours in (1, 8 * 24))
    for number, need in enumerate(ids):
        for place in range(min(MATCHES_EACH, volunteers)):
            is_invited = place == 0
            yield Match(
                need_id=need,
                offer_id=1 + (number + 7 * place) % volunteers,
                score=90 - place,
                lines=LINES,
                state=Match.State.NOTIFIED if is_invited else Match.State.SUGGESTED,
                invited_at=(lately if number < come else long_ago) if is_invited else None,
            )


def _claims(ids: Sequence[int], volunteers: int) -> Iterator[Claim]:
    """Of an earlier week, so that they leave this one free; of those who come last."""
    for number, need in enumerate(ids):
        yield Claim(
            need_id=need,
            volunteer_id=volunteers - number % volunteers,
            week=this_week() - timedelta(weeks=1 + number // volunteers),
            week_slot=1,
            claimed_at=timezone.now(),
        )


def _in_bulk(rows: Iterator[Any]) -> None:
    for part in iter(lambda: list(islice(rows, AT_ONCE)), []):
        type(part[0]).objects.bulk_create(part)


def _in_parts(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    return (ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE))


def _count_on_from_ids(*models: type[Model]) -> None:
    """PostgreSQL counts on by itself only from ids that it gave; SQLite from all."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), models):
            cursor.execute(statement)
