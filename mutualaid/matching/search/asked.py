"""What a need asks of an offer: its shape, by which SQL is kept, and the values that differ (ADR 87)."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Exists, QuerySet, Subquery

from mutualaid.catalog.time_slots import ANY_TIME, PARTS
from mutualaid.local_time import this_week
from mutualaid.matching.models import Proposal
from mutualaid.matching.scoring import Points
from mutualaid.matching.search.invitation_history import since
from mutualaid.policy.current import current_policy
from mutualaid.policy.limits import Joining
from mutualaid.statements import compiled, slot
from requests_app.access.exclusions import household_of, veiled_accounts_kept_from
from requests_app.models import Ask, Need

MODULUS = 65_521
"""A prime: multiplied by anything below it, numbers below it change places and none is lost."""


class Shape(NamedTuple):
    """All that the SQL of a need depends on. Numbers are how many slots there are, and never a value."""

    remote: bool
    vehicle: bool
    vetted: bool
    times: int
    """How many parts of the week are wanted; 0 for any time."""
    languages: int
    own: int
    only: bool
    """Some offers alone are asked about."""
    unheard: bool
    """Who heard of the need is left out."""
    is_this_week: bool
    joining: Joining


class Background(NamedTuple):
    """What the search must know of a need beside its row.

    `languages` are the neighbour's by id, each with its own name; in those of `own` they are at home. An ask
    that `is_veiled`, or one of its household, is kept from accounts that no query finds. `proposed` is the
    offer that the last look at all needs together proposes.
    """

    languages: Mapping[int, str]
    own: frozenset[int]
    is_veiled: bool
    proposed: int | None


@dataclass(frozen=True)
class Asked:
    """A need as the search sees it."""

    need: UUID
    """Its public id."""
    shape: Shape
    values: Mapping[str, Any]
    """What fills the slots."""


def asked_by(
    need: Need,
    background: Background,
    points: Points,
    now: datetime,
    *,
    without: Iterable[int] = (),
    only: Iterable[int] | None = None,
    unheard: bool = False,
) -> Asked:
    """What `need` asks; see `ranking.best_offers`."""
    wanted = need.time_slots_that_count
    bits = [bit for bit in PARTS if bit & wanted] if wanted != ANY_TIME else []
    shape = Shape(
        remote=need.category.remote_ok,
        vehicle=need.category.needs_vehicle,
        vetted=need.category.vetted_only,
        times=len(bits),
        languages=len(background.languages),
        own=len(background.own),
        only=only is not None,
        unheard=unheard,
        is_this_week=need.week == this_week(),
        joining=Joining(current_policy().joining),
    )
    values: dict[str, Any] = {
        **asdict(points),
        **{f"language{n}": f",{pk}," for n, pk in enumerate(background.languages)},
        **{f"own{n}": f",{pk}," for n, pk in enumerate(sorted(background.own))},
        **{f"part{n}": bit for n, bit in enumerate(bits)},
        **{f"each{n}": points.shared_time / len(bits) / bit for n, bit in enumerate(bits)},
        "wanted": wanted,
        "need": need.pk,
        "ask": need.ask_id,
        "category": need.category_id,
        "locality": need.locality_id,
        "week": need.week,
        "week_end": need.week + timedelta(days=7),
        "multiplier": multiplier(need.public_id),
        "veiled": veiled_accounts_kept_from(need.ask_id) if background.is_veiled else (),
        "without": list(without),
        "only": () if only is None else list(only),
        **since(now),
    }
    return Asked(need.public_id, shape, values)


def multiplier(need: UUID) -> int:
    """What the ids of offers are multiplied by for the need with this public id, which no one can foresee."""
    return need.int % (MODULUS - 1) + 1


def background_of(need: Need) -> Background:
    """Of the languages they listed, a neighbour is at home in the one they wrote in, else in all of them."""
    rows = _background().rows(ask=need.ask_id, need=need.pk)
    own = {pk for pk, code, _, wrote_in, *_ in rows if code == wrote_in}
    names = {pk: name for pk, _, name, *_ in rows}
    is_veiled, proposed = rows[0][-2:] if rows else (True, None)
    return Background(names, frozenset(own or names), is_veiled, proposed)


@compiled
def _background() -> "QuerySet[Any, tuple[Any, ...]]":
    """A row for each language, with the rest in each."""
    listed = Ask.languages.through.objects.filter(ask=slot("ask"))
    veiled = household_of(slot("ask")).filter(veiled=True)
    proposed = Proposal.objects.fresh().filter(need=slot("need")).values("offer")
    of_need = listed.annotate(is_veiled=Exists(veiled), proposed=Subquery(proposed))
    columns = ("language", "language__code", "language__name", "ask__contact__language")
    return of_need.values_list(*columns, "is_veiled", "proposed")
