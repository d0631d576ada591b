"""Clusters of live asks that look alike: perhaps one person asked twice, or two of one household did.

It decides nothing. A handful of queries reads columns of all live asks; they are joined in memory, for a
fingerprint may be veiled in one ask and not in the other (ADR 52), and names are encrypted.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable
from datetime import date
from difflib import SequenceMatcher
from itertools import islice
from typing import NamedTuple

from django.db.models import Exists, OuterRef, QuerySet, TextChoices
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mutualaid.encryption.fields import readable_texts
from mutualaid.encryption.fingerprints import veil, veil_account
from mutualaid.forms.name_search import words_of
from requests_app.models import Ask, AskContact, AskContactPoint, Need
from requests_app.states import NeedState

OVER = (NeedState.CLOSED, NeedState.MERGED)
MOST_NAMES_READ = 2_000
"""Of asks with the same kind, area and day, the newest: 40 ms."""
SIMILAR = 0.85
"""Of `SequenceMatcher`: "ana belle" and "anna belle" are similar (0.95), "ana" and "ina" are not (0.67)."""
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
    """Asks by their ids, the earliest first, and the pairs that hold them together, with the reasons."""

    asks: list[int]
    pairs: dict[Pair, set[Reason]]


class _Task(NamedTuple):
    """A live need, as far as others are compared with it."""

    kind: int
    area: int
    day: date
    people: int | None


def clusters_waiting() -> int:
    """Return how many clusters wait for a coordinator. It costs what `find_clusters` does."""
    return len(find_clusters())


def find_clusters() -> list[Cluster]:
    """Return the clusters of all live asks: those with the most reasons first, then the newest.

    Two asks that a coordinator called different people are no pair; others may still join them.
    """
    told_apart = set(Ask.alike.through.objects.values_list("from_ask", "to_ask"))
    pairs: dict[Pair, set[Reason]] = defaultdict(set)
    for reason, groups in (
        (Reason.CONTACT, _by_contact_point()),
        (Reason.ACCOUNT, _by_account()),
        *_by_task(),
    ):
        for group in groups:
            for pair in _pairs_of(group, told_apart):
                pairs[pair].add(reason)
    return sorted(_joined(pairs), key=_how_urgent, reverse=True)


def live_asks() -> QuerySet[Ask]:
    """Asks with a need that is not over, and with their own contact details."""
    needs = Need.objects.filter(ask=OuterRef("pk")).exclude(state__in=OVER)
    return Ask.objects.filter(Exists(needs), merged_into=None, erased_at=None)


def _by_contact_point() -> Iterable[set[int]]:
    points = AskContactPoint.objects.filter(ask__in=live_asks())
    rows = points.values_list("ask", "ask__veiled", "fingerprint")
    return _grouped((point if is_veiled else veil(point), ask) for ask, is_veiled, point in rows)


def _by_account() -> Iterable[set[int]]:
    rows = live_asks().values_list("pk", "account", "veiled_account")
    return _grouped(
        (veiled or veil_account(account), ask) for ask, account, veiled in rows if account or veiled
    )


def _by_task() -> Iterable[tuple[Reason, list[set[int]]]]:
    """Groups of asks for the same at the same place on the same day: by similar names, or without any."""
    asks: dict[tuple[int, int, date], dict[int, _Task]] = defaultdict(dict)
    needs = Need.objects.filter(ask__in=live_asks()).exclude(state__in=OVER)
    columns = ("ask", "category", "locality", "needed_by", "created_at", "people_count")
    zone = timezone.get_current_timezone()
    for ask, kind, area, needed_by, created_at, people in needs.values_list(*columns):
        task = _Task(kind, area, needed_by or created_at.astimezone(zone).date(), people)
        asks[task.kind, task.area, task.day][ask] = task
    several = [tasks for tasks in asks.values() if len(tasks) > 1]
    names = _names_of({ask for tasks in several for ask in tasks})
    named, unnamed = list[set[int]](), list[set[int]]()
    for tasks in several:
        by_name = sorted((names[ask], ask) for ask in tasks if names.get(ask))
        named += _united(
            (ask, other)
            for place, (name, ask) in enumerate(by_name)
            for other_name, other in by_name[place + 1 : place + 1 + NEIGHBOURS]
            if _fit(tasks[ask].people, tasks[other].people) and _is_similar(name, other_name)
        )
        sizes = ((task.people, ask) for ask, task in tasks.items() if names.get(ask) == "")
        unnamed += _grouped((people, ask) for people, ask in sizes if people)
    return [(Reason.NAME, named), (Reason.SIZE, unnamed)]


def _names_of(asks: set[int]) -> dict[int, str]:
    """The names of the newest of these asks, as they are compared; "" where somebody gave none."""
    newest = sorted(asks, reverse=True)[:MOST_NAMES_READ]
    texts = readable_texts(AskContact.objects.filter(ask__in=newest), "name")
    return {ask: " ".join(sorted(words_of(name))) for ask, name in texts.items()}


def _is_similar(name: str, other: str) -> bool:
    if name == other:
        return True
    matcher = SequenceMatcher(None, name, other)
    ratios = (matcher.real_quick_ratio, matcher.quick_ratio, matcher.ratio)  # the cheapest first
    return all(ratio() >= SIMILAR for ratio in ratios)


def _fit(people: int | None, others: int | None) -> bool:
    """Whether two numbers of people may be of one household: one more or less, or not said."""
    return people is None or others is None or abs(people - others) <= 1


def _grouped(rows: Iterable[tuple[Hashable, int]]) -> list[set[int]]:
    groups: dict[Hashable, set[int]] = defaultdict(set)
    for key, ask in rows:
        groups[key].add(ask)
    return [group for group in groups.values() if len(group) > 1]


def _pairs_of(group: set[int], told_apart: set[tuple[int, int]]) -> Iterable[Pair]:
    """Pair each ask with the newest earlier one from which it was not told apart."""
    asks = sorted(group)
    for place, ask in enumerate(asks):
        earlier = (asks[before] for before in range(place - 1, -1, -1))
        untold = (Pair(other, ask) for other in earlier if (other, ask) not in told_apart)
        yield from islice(untold, 1)


def _joined(pairs: dict[Pair, set[Reason]]) -> list[Cluster]:
    clusters = [Cluster(sorted(asks), {}) for asks in _united(pairs)]
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
