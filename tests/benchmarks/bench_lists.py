"""The coordinators' list of needs: `python -m tests.benchmarks.bench_lists`.

10,000 needs with 100,000 matches, in a database of its own, made and thrown away. Beside it, in the same
run, stands the same list that counts the matches of each need by a join ("counted by a join"), and the one
whose rows Django makes ("rows by Django").
"""

import os
from itertools import islice
from statistics import median
from tempfile import TemporaryDirectory
from time import process_time
from typing import Any

import django
from django.core.management import call_command

from tests.benchmarks.throwaway import throwaway_database

NEEDS, OFFERS, MATCHES_EACH = 10_000, 100, 10
TIMES = 7
AT_ONCE = 2_000


def main() -> None:
    with TemporaryDirectory(prefix="mutualaid-bench-") as name:
        os.environ |= {"DATA_DIR": name, "DJANGO_SETTINGS_MODULE": "mutualaid.settings"}
        django.setup()
        call_command("collectstatic", verbosity=0, interactive=False)
        with throwaway_database():
            coordinator = _fill()
            _measure(coordinator)


def _fill() -> Any:
    """Return a coordinator; the rows are written as they are, for nobody is to be invited here."""
    from datetime import timedelta

    from django.utils import timezone

    from mutualaid.celery import without_broker
    from mutualaid.matching.models import Match
    from mutualaid.people.models import Role
    from requests_app.actions.sending import open_until
    from requests_app.models import Ask, Need
    from requests_app.states import NeedState
    from tests.support import factories

    areas = [factories.locality(f"area-{n}") for n in range(30)]
    kinds = [factories.category(f"kind-{n}") for n in range(12)]
    with without_broker():
        offers = [factories.offer() for _ in range(OFFERS)]
    states = (NeedState.OPEN, NeedState.OPEN, NeedState.TRIAGE, NeedState.CLAIMED)
    now = timezone.now()
    asks = Ask.objects.bulk_create([Ask() for _ in range(NEEDS)], AT_ONCE)
    needs = Need.objects.bulk_create(
        [
            Need(
                ask=ask,
                category=kinds[n % 12],
                locality=areas[n % 30],
                urgency=1 + n % 4,
                state=states[n % 4],
                open_until=open_until(kinds[n % 12]),
                created_at=now - n * timedelta(minutes=3),
            )
            for n, ask in enumerate(asks)
        ],
        AT_ONCE,
    )
    matches = (
        Match(
            need=need,
            offer=offers[(n * 7 + k) % OFFERS],
            score=90 - k,
            state=state,
            invited_at=now if state == "notified" else None,
        )
        for n, need in enumerate(needs)
        for k, state in zip(range(MATCHES_EACH), ("suggested", "notified") * 5, strict=True)
    )
    for part in iter(lambda: list(islice(matches, AT_ONCE)), []):
        Match.objects.bulk_create(part)
    return factories.person("Carla", Role.COORDINATOR)


def _measure(coordinator: Any) -> None:
    from django.contrib import admin
    from django.contrib.admin.templatetags.admin_list import result_list
    from django.db import connection
    from django.db.models import Count, Q
    from django.test.utils import CaptureQueriesContext

    from mutualaid.admin.change_list import SizedChangeList
    from mutualaid.matching.admin.need import MatchedNeedAdmin
    from mutualaid.matching.models import Match
    from requests_app.admin.need import NeedAdmin
    from requests_app.models import Need

    class CountedByJoin(MatchedNeedAdmin):
        def get_changelist(self, request: Any, **kwargs: Any) -> Any:
            return NeedAdmin.get_changelist(self, request, **kwargs)

        def get_queryset(self, request: Any) -> Any:
            invited = Count("matches", filter=~Q(matches__state=Match.State.SUGGESTED))
            return NeedAdmin.get_queryset(self, request).annotate(
                fit=Count("matches"), invited=invited
            )

    class DjangosChangeList(SizedChangeList):
        table = property(result_list)

    class RowsByDjango(MatchedNeedAdmin):
        def get_changelist(self, request: Any, **kwargs: Any) -> Any:
            return DjangosChangeList

    kinds: dict[str, Any] = {
        "counted by a join": CountedByJoin,
        "rows by Django": RowsByDjango,
        "the list": MatchedNeedAdmin,
    }
    print(f"== {connection.vendor}: {NEEDS:,} needs, {NEEDS * MATCHES_EACH:,} matches")
    took, in_database = dict[str, float](), dict[str, float]()
    for rows in (50, 500):
        for name, kind in kinds.items():
            view = kind(Need, admin.site).changelist_view
            took[name] = median(_seconds(view, coordinator, rows) for _ in range(TIMES))
            with CaptureQueriesContext(connection) as asked:
                _show(view, coordinator, rows)
            in_database[name] = sum(float(query["time"]) for query in asked.captured_queries)
            print(
                f"   {rows} rows, {name}: {took[name] * 1000:.0f} ms of processor time,"
                f" {len(asked)} queries, {in_database[name] * 1000:.0f} ms in them"
            )
        ratios = [times["counted by a join"] / times["the list"] for times in (took, in_database)]
        print("   ratio to the join {:.1f}, in the database {:.1f}".format(*ratios))
        print(f"   ratio to Django's rows {took['rows by Django'] / took['the list']:.1f}")


def _seconds(view: Any, coordinator: Any, rows: int) -> float:
    began = process_time()
    _show(view, coordinator, rows)
    return process_time() - began


def _show(view: Any, coordinator: Any, rows: int) -> None:
    from django.contrib.messages.storage.cookie import CookieStorage
    from django.test import RequestFactory
    from django.urls import resolve

    request = RequestFactory().get(f"/admin/requests_app/need/?rows={rows}")
    request.user = coordinator
    request.resolver_match = resolve(request.path)
    request._messages = CookieStorage(request)  # type: ignore[attr-defined]
    answer = view(request)
    assert answer.status_code == 200
    assert len(answer.render().content) > 10_000


if __name__ == "__main__":
    main()
