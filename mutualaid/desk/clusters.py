"""Clusters of live asks that look alike: perhaps one person asked twice, or two of one household did.

It decides nothing. A handful of queries reads columns of all live asks; they are joined in memory and kept
nowhere, for a fingerprint may be veiled in one ask and not in the other, and names are encrypted (ADR 63).
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from datetime import date
from itertools import pairwise
from typing import NamedTuple

from django.core.cache import cache
from django.db.models import QuerySet, TextChoices
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mutualaid.encryption.fields import readable_texts
from mutualaid.encryption.fingerprints import veil, veil_account
from mutualaid.forms.name_search import are_similar, normal_form
from requests_app.models import Ask, AskContact, AskContactPoint, Need
from requests_app.states import NeedState

OVER = (NeedState.CLOSED, NeedState.MERGED)
NUMBER = "clusters-waiting"
"""Of the cache: how many there are, and nothing else."""
NUMBER_HOLDS = 60
"""Seconds. With 10,000 live asks they are found in 150 ms of processor time."""
MOST_NAMES_READ = 2_000
"""Of asks with the same kind, area and day, the newest: 40 ms."""
NEIGHBOURS = 4
"""Names are sorted, and each is compared with so many behind it: the sorted-neighbourhood method (Hernández
and Stolfo, 1995). Names that are similar mostly begin alike, and a crowd is not compared with itself."""


class Reason(TextChoices):
    """Why two asks look alike."""

    CONTACT = "contact", _("the same phone or e-mail")
    ACCOUNT = "account", _("the same account")
    NAME = "name", _("the same kind, area and day, and a similar name")
    SIZE = "size", _("the same kind, area and day, for as many people, and no name")


class Pair(NamedTuple):
    """Two asks by their ids, the earlier first."""

    earlier: int
    later: int


class Cluster(NamedTuple):
    """Asks by their ids, the earliest first. `pairs`, with their reasons, are some of those that look alike:
    each ask with the newest earlier one from which it was not told apart.
    """

    asks: list[int]
    pairs: dict[Pair, set[Reason]]


class _Task(NamedTuple):
    """A live need, as far as others are compared with it; `account` as it is stored veiled, "" for none."""

    ask: int
    account: str
    kind: int
    area: int
    day: date
    people: int | None


def clusters_waiting() -> int:
    """Return how many clusters wait for a coordinator, counted within the last minute.

    Until then a new ask may be missing in it. `count_anew` is for whoever has just seen, or decided.
    """
    waiting: int | None = cache.get_or_set(NUMBER, lambda: len(find_clusters()), NUMBER_HOLDS)
    return waiting or 0


def count_anew() -> None:
    """Forget the number of clusters."""
    cache.delete(NUMBER)


def find_clusters() -> list[Cluster]:
    """Return the clusters of all live asks: those with the most reasons first, then the newest.

    Asks that coordinators called different people are in none, until another one joins them.
    """
    told_apart, tasks = _told_apart(), _live_tasks()
    pairs: dict[Pair, set[Reason]] = defaultdict(set)
    undecided = list[set[int]]()
    for reason, groups in (
        (Reason.CONTACT, _by_contact_point()),
        (Reason.ACCOUNT, _by_account(tasks)),
        *_by_task(tasks),
    ):
        for group in groups:
            undecided.append({ask for ask in group if len(group - told_apart.get(ask, set())) > 1})
            for pair in _pairs_of(undecided[-1], told_apart):
                pairs[pair].add(reason)
    return sorted(_joined(undecided, pairs), key=_how_urgent, reverse=True)


def _live_tasks() -> list[_Task]:
    """Needs that are not over, of asks with their own contact details."""
    zone = timezone.get_current_timezone()
    columns = (
        "ask", "ask__account", "ask__veiled_account", "category", "locality", "needed_by", "created_at",
        "people_count",
    )  # fmt: skip
    return [
        _Task(
            ask=ask,
            account=veiled or (veil_account(account) if account else ""),
            kind=kind,
            area=area,
            day=needed_by or created_at.astimezone(zone).date(),
            people=people,
        )
        for ask, account, veiled, kind, area, needed_by, created_at, people in (
            _live_needs().values_list(*columns)
        )
    ]


def _live_needs() -> QuerySet[Need]:
    return Need.objects.exclude(state__in=OVER).filter(ask__merged_into=None, ask__erased_at=None)


def _by_contact_point() -> Iterable[set[int]]:
    points = AskContactPoint.objects.filter(ask__in=_live_needs().values("ask"))
    rows = points.values_list("ask", "ask__veiled", "fingerprint")
    return _grouped((point if is_veiled else veil(point), ask) for ask, is_veiled, point in rows)


def _by_account(tasks: Iterable[_Task]) -> Iterable[set[int]]:
    return _grouped((task.account, task.ask) for task in tasks if task.account)


def _by_task(tasks: Iterable[_Task]) -> Iterable[tuple[Reason, list[set[int]]]]:
    """Groups of asks for the same at the same place on the same day: by similar names, or without any."""
    asks: dict[tuple[int, int, date], dict[int, _Task]] = defaultdict(dict)
    for task in tasks:
        asks[task.kind, task.area, task.day][task.ask] = task
    several = [by_ask for by_ask in asks.values() if len(by_ask) > 1]
    names = _names_of({ask for by_ask in several for ask in by_ask})
    named, unnamed = list[set[int]](), list[set[int]]()
    for by_ask in several:
        by_name = sorted((names[ask], ask) for ask in by_ask if names.get(ask))
        named += _united(
            (ask, other)
            for place, (name, ask) in enumerate(by_name)
            for other_name, other in by_name[place + 1 : place + 1 + NEIGHBOURS]
            if _fit(by_ask[ask].people, by_ask[other].people) and are_similar(name, other_name)
        )
        sizes = ((task.people, ask) for ask, task in by_ask.items() if names.get(ask) == "")
        unnamed += _grouped((people, ask) for people, ask in sizes if people)
    return [(Reason.NAME, named), (Reason.SIZE, unnamed)]


def _names_of(asks: set[int]) -> dict[int, str]:
    """The names of the newest of these asks, as they are compared; "" where somebody gave none."""
    newest = sorted(asks, reverse=True)[:MOST_NAMES_READ]
    texts = readable_texts(AskContact.objects.filter(ask__in=newest), "name")
    return {ask: normal_form(name) for ask, name in texts.items()}


def _fit(people: int | None, others: int | None) -> bool:
    """Whether two numbers of people may be of one household: one more or less, or not said."""
    return people is None or others is None or abs(people - others) <= 1


def _grouped(rows: Iterable[tuple[Hashable, int]]) -> list[set[int]]:
    groups: dict[Hashable, set[int]] = defaultdict(set)
    for key, ask in rows:
        groups[key].add(ask)
    return [group for group in groups.values() if len(group) > 1]


def _told_apart() -> dict[int, set[int]]:
    told_apart: dict[int, set[int]] = defaultdict(set)
    for ask, other in Ask.alike.through.objects.values_list("from_ask", "to_ask"):
        told_apart[ask].add(other)
    return told_apart


def _pairs_of(group: set[int], told_apart: Mapping[int, set[int]]) -> Iterable[Pair]:
    """Pair each ask with the newest earlier one from which it was not told apart."""
    asks = sorted(group)
    for place, ask in enumerate(asks):
        told = told_apart.get(ask, set())
        earlier = (asks[before] for before in range(place - 1, -1, -1))
        if (newest := next((other for other in earlier if other not in told), None)) is not None:
            yield Pair(newest, ask)


def _joined(groups: Iterable[set[int]], pairs: dict[Pair, set[Reason]]) -> list[Cluster]:
    links = (link for group in groups for link in pairwise(sorted(group)))
    clusters = [Cluster(sorted(asks), {}) for asks in _united(links)]
    cluster_of = {ask: cluster for cluster in clusters for ask in cluster.asks}
    for pair, reasons in pairs.items():
        cluster_of[pair.later].pairs[pair] = reasons
    return clusters


def _united(pairs: Iterable[tuple[int, int]]) -> list[set[int]]:
    """Join pairs that share an ask into groups (union-find)."""
    first: dict[int, int] = {}

    def first_of(ask: int) -> int:
        while first.setdefault(ask, ask) != ask:
            first[ask] = ask = first[first[ask]]
        return ask

    for one, two in pairs:
        first[first_of(one)] = first_of(two)
    return _grouped((first_of(ask), ask) for ask in list(first))


def _how_urgent(cluster: Cluster) -> tuple[int, int]:
    return max(map(len, cluster.pairs.values())), cluster.asks[-1]
