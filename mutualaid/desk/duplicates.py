"""The page of asks that look alike: why, and the ways to put them together or to tell them apart."""

from typing import Any, NamedTuple

from django.contrib import admin
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from mutualaid.admin.site import admin_page
from mutualaid.desk.clusters import OVER, Cluster, Reason, find_clusters
from requests_app.models import Ask, Need

PER_PAGE = 20
MOST_SHOWN = 12
"""Asks of one cluster. A shared phone may have hundreds: once these are told apart, others follow."""


class Likeness(NamedTuple):
    """An earlier ask that another looks like, and why."""

    ask: Ask
    reasons: list[str]


class Alike(NamedTuple):
    """An ask of a cluster with the earlier ones that it looks like; the first has none."""

    ask: Ask
    likenesses: list[Likeness]


class ShownCluster(NamedTuple):
    alike: list[Alike]
    more: int


@admin_page("duplicates/", name="duplicates", permission="requests_app.coordinate_ask")
def duplicates(request: HttpRequest) -> HttpResponse:
    """List the clusters, a page of them at a time. It writes nothing and opens no contact details."""
    page = Paginator(find_clusters(), PER_PAGE).get_page(request.GET.get("p"))
    asks = _read({pk for cluster in page for pk in _ids_shown(cluster)})
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": _("Asks that look alike"),
        "page": page,
        "clusters": [_shown(cluster, asks) for cluster in page],
    }
    return TemplateResponse(request, "admin/duplicates.html", context)


def _ids_shown(cluster: Cluster) -> set[int]:
    shown = set(cluster.asks[:MOST_SHOWN])
    return shown.union(*(pair for pair in cluster.pairs if pair.later in shown))


def _read(pks: set[int]) -> dict[int, Ask]:
    needs = Need.objects.exclude(state__in=OVER).select_related("category", "locality")
    return Ask.objects.prefetch_related(Prefetch("needs", needs.order_by("pk"))).in_bulk(pks)


def _shown(cluster: Cluster, asks: dict[int, Ask]) -> ShownCluster:
    shown = cluster.asks[:MOST_SHOWN]
    likenesses: dict[int, list[Likeness]] = {pk: [] for pk in shown}
    for pair, reasons in cluster.pairs.items():
        if pair.later in likenesses:
            labels = [str(reason.label) for reason in Reason if reason in reasons]
            likenesses[pair.later].append(Likeness(asks[pair.earlier], labels))
    rows = [Alike(asks[pk], likenesses[pk]) for pk in shown]
    return ShownCluster(rows, len(cluster.asks) - len(rows))
