"""The referee: every hard rule anew from the raw rows, without a line of the matcher's code.

Written to be read, not to be fast: SQL without models, one need after the other.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
from django.db import connection
from django.utils import timezone

PRIORITY = {1: 100.0, 2: 200.0, 3: 400.0, 4: 1000.0}
EARTH_KM = 6371.0088


class Foul(Exception):
    """The matcher broke a rule, or claims more than can be."""


@dataclass
class City:
    """The rows as they lie in the tables, offers by position."""

    needs: list[tuple[Any, ...]]
    """Id, category, locality, urgency, time asked at, ask, state, times of the week, day, series."""
    kept_from: dict[int, set[int]]
    """For each ask the accounts that must not find out: the neighbour's own, and those excluded."""
    need_languages: dict[int, set[int]]
    offers: list[tuple[Any, ...]]
    place_of: dict[int, int]
    can: dict[int, dict[int, bool]]
    """For each category of a need: the offers (by position) that fit, and whether exactly."""
    km: dict[int, Any]
    """For each locality of a need: how far each offer's nearest area is; 0 inside a chosen one."""
    speaks: dict[int, Any]
    remote: set[int]
    vetted_only: set[int]
    needs_vehicle: set[int]
    pairs: dict[int, tuple[Any, Any, Any]] = field(default_factory=dict)

    def fitting(self, need: tuple[Any, ...]) -> tuple[Any, Any, Any]:
        """Positions of the offers that fit, the points of each, and kilometres."""
        pk, category, locality, _, _, ask, *_ = need
        who = np.fromiter(self.can[category], dtype=np.int64)
        exact = np.fromiter(self.can[category].values(), dtype=bool)
        km, reach = self.km[locality][who], self.reach[who]
        fits = np.zeros(len(who), dtype=bool)
        for language in self.need_languages[pk]:
            fits |= self.speaks[language][who]
        if category in self.remote:
            near = np.ones(len(who))
        else:
            fits &= km <= reach
            near = 1 - km / reach
        if category in self.vetted_only:
            fits &= self.vetted[who]
        if category in self.needs_vehicle:
            fits &= self.drives[who]
        fits &= ~np.isin(self.volunteer[who], list(self.kept_from[ask]))
        wanted = times_left(need)
        shared = sum(((self.times[who] & wanted) >> bit) & 1 for bit in range(6))
        fits &= shared > 0
        time = 1 if wanted == 63 else shared / bin(wanted).count("1")
        points = 35 * near + np.where(exact, 20, 12) + 10 + 15 * time + 12
        return who[fits], points[fits], km[fits]

    def __post_init__(self) -> None:
        columns = list(zip(*self.offers, strict=True)) or [()] * 7
        self.volunteer, self.reach, self.places = (np.array(columns[n]) for n in (1, 2, 3))
        self.times = np.array(columns[6], dtype=np.int64)
        self.drives, self.vetted = (np.array(columns[n], dtype=bool) for n in (4, 5))


def read_city() -> City:
    offers = _rows(
        "SELECT o.id, o.volunteer_id, o.reach_km, o.per_week, o.has_vehicle, u.vetted,"
        " o.week_parts FROM offers_app_offer o JOIN people_user u ON u.id = o.volunteer_id"
        " WHERE o.state = 'active' ORDER BY o.id"
    )
    place_of = {row[0]: n for n, row in enumerate(offers)}
    needs = _rows(
        "SELECT n.id, n.category_id, n.locality_id, n.urgency, n.created_at, n.ask_id, n.state,"
        " n.week_parts, n.needed_by, n.series_id FROM requests_app_need n"
        " WHERE n.state = 'open' ORDER BY n.id"
    )
    kinds = _rows(
        "SELECT id, parent_id, remote_ok, vetted_only, needs_vehicle FROM catalog_category"
    )
    speaks: dict[int, Any] = defaultdict(lambda: np.zeros(len(offers), dtype=bool))
    for offer, language in _rows("SELECT offer_id, language_id FROM offers_app_offer_languages"):
        speaks[language][place_of[offer]] = True
    need_languages = defaultdict(set)
    for need, language in _rows(
        "SELECT n.id, l.language_id FROM requests_app_need n"
        " JOIN requests_app_ask_languages l ON l.ask_id = n.ask_id"
    ):
        need_languages[need].add(language)
    return City(
        needs=needs,
        kept_from=_kept_from(),
        need_languages=need_languages,
        offers=offers,
        place_of=place_of,
        can=_can(kinds, place_of),
        km=_kilometres({need[2] for need in needs}, place_of),
        speaks=speaks,
        remote={row[0] for row in kinds if row[2]},
        vetted_only={row[0] for row in kinds if row[3]},
        needs_vehicle={row[0] for row in kinds if row[4]},
    )


def times_left(need: tuple[Any, ...]) -> int:
    """Of the named parts of a week those on its day or before it is too late; all where none is.

    The first three bits are of weekdays, the others of weekends.
    """
    named, by, series = need[7:]
    day = date.fromisoformat(str(by)) if by else None
    first = day if day and series else timezone.localdate()
    last = first if series or need[3] == 4 else day
    if last is None:
        return int(named)
    left = 0
    for ahead in range(min(7, (last - first).days + 1)):
        left |= 56 if (first + timedelta(days=ahead)).isoweekday() > 5 else 7
    return int(named & left or named)


def priority(need: tuple[Any, ...], now: datetime) -> float:
    created = need[4] if isinstance(need[4], datetime) else datetime.fromisoformat(need[4])
    waited = (now - created.replace(tzinfo=created.tzinfo or UTC)).total_seconds() / 3600
    grows = 1 + min(max(waited, 0) / 72, 1) if need[3] == 4 else 1
    return PRIORITY[need[3]] * grows


def check(city: City, proposals: list[tuple[int, int]]) -> tuple[float, float]:
    """Check every proposal (need, offer by ids); returns points without priorities, less load, and km.

    Raises `Foul` for a need served twice, a pair that does not fit, or a volunteer over their week.
    """
    needs = {need[0]: need for need in city.needs}
    load = np.zeros(len(city.offers), dtype=int)
    points = km = 0.0
    if len({need for need, _ in proposals}) != len(proposals):
        raise Foul("a need was served twice")
    for need, offer in proposals:
        who, worth, far = city.fitting(needs[need])
        here = np.flatnonzero(who == city.place_of[offer])
        if not len(here):
            raise Foul(f"need {need} and offer {offer} do not fit")
        points += worth[here[0]] - 10 * load[city.place_of[offer]]
        km += far[here[0]] * (needs[need][1] not in city.remote)
        load[city.place_of[offer]] += 1
    if (load > city.places).any():
        raise Foul("a volunteer has more than they offered")
    return float(points), float(km)


def _kept_from() -> dict[int, set[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    for ask, person in _rows(
        "SELECT id, account_id FROM requests_app_ask WHERE account_id IS NOT NULL"
        " UNION SELECT ask_id, person_id FROM requests_app_exclusion WHERE person_id IS NOT NULL"
        " UNION SELECT p.ask_id, a.user_id FROM requests_app_askcontactpoint p"
        " JOIN people_accountcontactpoint a ON a.fingerprint = p.fingerprint"
        " UNION SELECT e.ask_id, a.user_id FROM requests_app_exclusion e"
        " JOIN people_accountcontactpoint a ON a.fingerprint = e.fingerprint"
    ):
        found[ask].add(person)
    return found


def _can(kinds: list[tuple[Any, ...]], place_of: dict[int, int]) -> dict[int, dict[int, bool]]:
    offered: dict[int, set[int]] = defaultdict(set)
    for offer, category in _rows("SELECT offer_id, category_id FROM offers_app_offer_categories"):
        offered[category].add(place_of[offer])
    can: dict[int, dict[int, bool]] = {}
    for pk, parent, *_ in kinds:
        related = {parent} if parent else {row[0] for row in kinds if row[1] == pk}
        can[pk] = {offer: False for one in related for offer in offered[one]}
        can[pk] |= dict.fromkeys(offered[pk], True)
    return can


def _kilometres(wanted: set[int], place_of: dict[int, int]) -> dict[int, Any]:
    places = {
        row[0]: row[1:] for row in _rows("SELECT id, lat, lng, parent_id FROM catalog_locality")
    }
    links = _rows("SELECT offer_id, locality_id FROM offers_app_offer_localities")
    offer = np.array([place_of[row[0]] for row in links], dtype=np.int64)
    area = np.array([row[1] for row in links], dtype=np.int64)
    spots = np.radians([places[pk][:2] for pk in area.tolist()]).reshape(-1, 2)
    found = {}
    for here in wanted:
        lat, lng = np.radians(places[here][:2])
        a = np.sin((spots[:, 0] - lat) / 2) ** 2
        a += np.cos(lat) * np.cos(spots[:, 0]) * np.sin((spots[:, 1] - lng) / 2) ** 2
        km = 2 * EARTH_KM * np.arcsin(np.sqrt(a))
        km[np.isin(area, [here, places[here][2] or 0])] = 0
        nearest = np.full(len(place_of), np.inf)
        np.minimum.at(nearest, offer, km)
        found[here] = nearest
    return found


def _rows(sql: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return list(cursor.fetchall())
