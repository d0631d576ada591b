"""The page of asks that look alike: why, and the ways to put them together or to tell them apart."""

from typing import Any, NamedTuple, cast

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mutualaid.admin.refusals import sentence_for
from mutualaid.admin.site import admin_page
from mutualaid.desk.clusters import OVER, Cluster, Reason, count_anew, find_clusters
from mutualaid.people.models import User
from requests_app import actions
from requests_app.admin.refusals import REFUSALS
from requests_app.lifecycle.actors import coordinator
from requests_app.models import Ask, Need

PER_PAGE = 20
MOST_SHOWN = 12
"""Asks of one cluster with their needs. A shared phone may have hundreds."""
MOST_TOLD_APART = 50
"""Asks at once: of each two of them a coordinator then said something. Of a larger cluster, two by two."""
TOLD_APART = "told_apart"
"""Of the session: the pairs that were told apart last, for the page that undoes it."""


class Likeness(NamedTuple):
    """An earlier ask that another looks like, and why."""

    ask: Ask
    reasons: list[str]


class Alike(NamedTuple):
    """An ask of a cluster with the earlier ones that it looks like; the first has none."""

    ask: Ask
    likenesses: list[Likeness]


class ShownCluster(NamedTuple):
    """`more`: those that are only named. `ids` stand in the form that tells all apart, "" for too many."""

    alike: list[Alike]
    more: list[Ask]
    many: int
    ids: str


class AsksField(forms.CharField):
    """Takes ids of asks with spaces between, as the page of clusters wrote them; cleans to the asks."""

    def clean(self, value: Any) -> Any:
        """Raises `ValidationError` where it is no such list, too long, or an ask is not there any more."""
        words = super().clean(value).split()
        if not 2 <= len(words) <= MOST_TOLD_APART or not all(map(is_id, words)):
            raise ValidationError(self.error_messages["invalid"], "invalid")
        asks = list(Ask.objects.filter(pk__in=words))
        if len(asks) < len(set(words)):
            raise ValidationError(self.error_messages["invalid"], "invalid")
        return asks


def is_id(word: str) -> bool:
    return word.isascii() and word.isdecimal() and len(word) < 19


class ClusterForm(forms.Form):
    asks = AsksField(
        max_length=20 * MOST_TOLD_APART,
        error_messages=dict.fromkeys(
            ("required", "max_length", "invalid"),
            gettext_lazy("These asks have changed in the meantime. Look at them again."),
        ),
    )


@admin_page("duplicates/", name="duplicates", permission="requests_app.coordinate_ask")
def duplicates(request: HttpRequest) -> HttpResponse:
    """List the clusters, a page of them at a time. It writes nothing and opens no contact details."""
    page = Paginator(find_clusters(), PER_PAGE).get_page(request.GET.get("p"))
    count_anew()
    asks = _read({pk for cluster in page for pk in _ids_read(cluster)})
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": _("Asks that look alike"),
        "page": page,
        "clusters": [_shown(cluster, asks) for cluster in page],
    }
    return TemplateResponse(request, "admin/duplicates.html", context)


@admin_page("duplicates/apart/", name="duplicates_apart", permission="requests_app.coordinate_ask")
def tell_apart(request: HttpRequest) -> HttpResponse:
    """Tell all asks of a cluster apart, as the coordinator saw them: who joined since then is not meant."""
    if request.method == "POST":
        form = ClusterForm(request.POST)
        if form.is_valid():
            _tell_apart(request, form.cleaned_data["asks"])
        else:
            messages.error(request, str(form.errors["asks"][0]))
    page = request.POST.get("p", "")
    return redirect(reverse("admin:duplicates") + (f"?p={page}" if is_id(page) else ""))


def _tell_apart(request: HttpRequest, asks: list[Ask]) -> None:
    try:
        pairs = actions.mark_all_alike(asks, by=coordinator(cast(User, request.user)))
    except tuple(REFUSALS) as refusal:
        messages.error(request, sentence_for(refusal, REFUSALS))
        return
    if not pairs:
        messages.info(request, _("They all stay apart: someone said so already."))
        return
    request.session[TOLD_APART] = pairs
    undo = format_html('<a href="{}">{}</a>', reverse("admin:duplicates_undo"), _("Undo"))
    messages.success(request, format_html("{} {}", _("They all stay apart."), undo))


@admin_page("duplicates/undo/", name="duplicates_undo", permission="requests_app.coordinate_ask")
def undo_telling_apart(request: HttpRequest) -> HttpResponse:
    """Show which asks this person told apart last; on a POST let them look alike again."""
    pairs = [(ask, other) for ask, other in request.session.get(TOLD_APART, [])]
    if not pairs:
        messages.info(
            request,
            _("There is nothing to undo here. On the page of an ask you can undo it for two."),
        )
        return redirect("admin:duplicates")
    form = forms.Form(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            actions.unmark_all_alike(pairs, by=coordinator(cast(User, request.user)))
        except tuple(REFUSALS) as refusal:
            form.add_error(None, sentence_for(refusal, REFUSALS))
        else:
            del request.session[TOLD_APART]
            messages.success(request, _("They look alike again."))
            return redirect("admin:duplicates")
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": _("Not different people after all"),
        "explains": _("The hint that these asks may be of the same person comes back."),
        "button": _("Undo"),
        "form": form,
        "asks": _read({pk for pair in pairs for pk in pair}).values(),
    }
    return TemplateResponse(request, "admin/duplicates_undo.html", context)


def _ids_shown(cluster: Cluster) -> list[int]:
    """The asks that are shown with their needs, the earliest first: at most `MOST_SHOWN`.

    Those that look like another one come before those that only hold them together.
    """
    like_others = {pk for pair in cluster.pairs for pk in pair}
    first = sorted(cluster.asks, key=lambda pk: (pk not in like_others, pk))[:MOST_SHOWN]
    return sorted(first)


def _ids_read(cluster: Cluster) -> set[int]:
    shown = set(_ids_shown(cluster))
    likened = (pair for pair in cluster.pairs if pair.later in shown)
    return shown.union(cluster.asks[:MOST_TOLD_APART], *likened)


def _read(pks: set[int]) -> dict[int, Ask]:
    needs = Need.objects.exclude(state__in=OVER).select_related("category", "locality")
    asks = Ask.objects.order_by("pk").prefetch_related(Prefetch("needs", needs.order_by("pk")))
    return asks.in_bulk(pks)


def _shown(cluster: Cluster, asks: dict[int, Ask]) -> ShownCluster:
    shown = _ids_shown(cluster)
    likenesses: dict[int, list[Likeness]] = {pk: [] for pk in shown}
    for pair, reasons in cluster.pairs.items():
        if pair.later in likenesses:
            labels = [str(reason.label) for reason in Reason if reason in reasons]
            likenesses[pair.later].append(Likeness(asks[pair.earlier], labels))
    many = len(cluster.asks)
    return ShownCluster(
        alike=[Alike(asks[pk], likenesses[pk]) for pk in shown],
        more=[asks[pk] for pk in cluster.asks[:MOST_TOLD_APART] if pk not in likenesses],
        many=many,
        ids=" ".join(map(str, cluster.asks)) if many <= MOST_TOLD_APART else "",
    )
