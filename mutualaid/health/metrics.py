"""The numbers of the site, read from the database in a few queries. None is about one person."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Count, Min, QuerySet
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from mutualaid import clock
from mutualaid.health.heartbeats import BEAT, WORKERS
from mutualaid.health.look import look
from mutualaid.health.models import Heartbeat
from mutualaid.matching.models import Match
from mutualaid.notify.models import Attempt, Notification
from mutualaid.partners.models import OutgoingMessage, Partner
from mutualaid.partners.states import PartnerState
from requests_app.models import Claim, Need


class SiteCollector(Collector):
    """Reads anew each time it is asked."""

    def describe(self) -> Iterable[Metric]:
        return []

    def collect(self) -> Iterator[Metric]:
        now = clock.now()
        yield _gauge("info", "The release that answers.", ["release"], [((settings.RELEASE,), 1)])
        yield _counted("needs", "Needs by state.", Need.objects.all(), "state")
        yield _counted("matches", "Matches by state.", Match.objects.all(), "state")
        yield _counted("claims", "Claims by state.", Claim.objects.all(), "state")
        yield _counted(
            "messages",
            "Messages by way and by what came of it.",
            Attempt.objects.all(),
            "channel",
            "state",
        )
        yield _counted(
            "partner_messages",
            "Messages to neighbouring groups by state.",
            OutgoingMessage.objects.all(),
            "state",
        )
        away = Partner.objects.filter(state=PartnerState.LIVE, away_since__isnull=False).count()
        yield _gauge("partners_away", "Groups whose site doesn't answer.", [], [((), away)])
        yield from _due("messages", Notification.objects.due(), "due_at", now)
        yield from _due("matches", Need.objects.due_for_matching(), "match_due_at", now)
        parts = Heartbeat.objects.filter(part__in=(BEAT, *WORKERS)).values_list("part", "at")
        ages = [((part,), (now - at).total_seconds()) for part, at in parts]
        yield _gauge("heartbeat_age_seconds", "Since each part was heard of.", ["part"], ages)
        states = [((one.name,), int(one.state)) for one in look(max_age=1.0)]
        yield _gauge("check", "0: fine, 1: slow, 2: broken.", ["check"], states)


def _gauge(
    name: str, says: str, labels: list[str], values: Iterable[tuple[tuple[str, ...], float]]
) -> Metric:
    gauge = GaugeMetricFamily(f"mutualaid_{name}", says, labels=labels)
    for of, value in values:
        gauge.add_metric(of, value)
    return gauge


def _counted(name: str, says: str, rows: "QuerySet[Any]", *columns: str) -> Metric:
    counted = rows.order_by().values_list(*columns).annotate(many=Count("pk"))
    return _gauge(name, says, list(columns), ((tuple(of), many) for *of, many in counted))


def _due(name: str, rows: "QuerySet[Any]", column: str, now: datetime) -> Iterator[Metric]:
    many, first = rows.order_by().aggregate(many=Count("pk"), first=Min(column)).values()
    age = (now - first).total_seconds() if first else 0.0
    yield _gauge(f"due_{name}", "So many are due and no one has them.", [], [((), many)])
    yield _gauge(f"due_{name}_oldest_seconds", "The first has waited so long.", [], [((), age)])
