"""The public directory of what is near: a list, a page for each, and "this is wrong"."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from mutualaid.catalog.forms.choices import Catalogue, group_choices, locality_choices
from mutualaid.catalog.models import Category, Locality
from mutualaid.forms.typed_text import TextField
from mutualaid.http import private_page
from mutualaid.people.ratelimit import HOUR, Limit, network_of, too_often
from mutualaid.resources.actions import report_wrong
from mutualaid.resources.models import (
    Mistake,
    Resource,
    ResourceKind,
    ResourceQuerySet,
)

ON_A_PAGE = 20
REPORTS = Limit("resource-report", 10, HOUR)
"""From one network. A library has one, and a flood of more tells no one anything; assumed, not measured."""


class Filter(forms.Form):
    """Which resources to show. A value that is no choice gets an error, and all are shown."""

    what = forms.ChoiceField(label=gettext_lazy("What"), required=False)
    where = forms.ChoiceField(label=gettext_lazy("Where"), required=False)
    who = forms.ChoiceField(label=gettext_lazy("Run by"), required=False)

    def __init__(self, data: object) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        catalogue = Catalogue()
        kinds = [(kind.value, capfirst(str(kind.label))) for kind in ResourceKind]
        choices = {
            "what": [("", _("Everything")), *group_choices(catalogue)],
            "where": [("", _("Everywhere")), *locality_choices(catalogue)],
            "who": [("", _("Everyone")), *kinds],
        }
        for name, offered in choices.items():
            self.fields[name].choices = offered  # type: ignore[attr-defined]

    def resources(self) -> ResourceQuerySet:
        """Those that everyone may see and that fit what was chosen."""
        found: ResourceQuerySet = Resource.objects.shown()
        if not self.is_valid():
            return found
        if slug := self.cleaned_data["what"]:
            found = found.of_kinds([Category.objects.get(slug=slug)])
        if kind := self.cleaned_data["who"]:
            found = found.filter(kind=kind)
        if slug := self.cleaned_data["where"]:
            area = Locality.objects.select_related("parent").get(slug=slug)
            found = found.serving(area).nearest_first(area)
        return found


class WrongForm(forms.Form):
    what = forms.ChoiceField(
        label=gettext_lazy("What is wrong?"),
        choices=Mistake.choices,
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Choose what is wrong."),
            "invalid_choice": gettext_lazy("Choose one of these."),
        },
    )
    words = TextField(
        label=gettext_lazy("What should it say?"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


@login_not_required
@require_safe
def resources(request: HttpRequest) -> HttpResponse:
    """What is near, narrowed to what was chosen."""
    chosen = Filter(request.GET)
    found = chosen.resources().select_related("locality").defer("locality__outline")
    found = found.prefetch_related("categories")
    page = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    context = {"form": chosen, "page": page, "query": query.urlencode()}
    return render(request, "resources/list.html", context)


@login_not_required
@require_safe
def resource(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One resource. Raises `Http404` for one that is hidden."""
    return render(request, "resources/resource.html", {"resource": _shown(public_id)})


@login_not_required
@private_page
@require_http_methods(["GET", "HEAD", "POST"])
def wrong(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Let anyone say what is wrong about a resource. Raises `Http404` for one that is hidden."""
    shown = _shown(public_id)
    form = WrongForm(request.POST if request.method == "POST" else None)
    if not (form.is_bound and form.is_valid()):
        return render(request, "resources/wrong.html", {"resource": shown, "form": form})
    if again_at := REPORTS.exceeded_until(network_of(request)):
        return too_often(request, again_at)
    report_wrong(shown, **form.cleaned_data)
    messages.success(request, _("Thanks for telling us. A coordinator will look into it."))
    return redirect("resource", shown.public_id)


def _shown(public_id: UUID) -> Resource:
    row: Resource = get_object_or_404(Resource.objects.shown().with_all(), public_id=public_id)
    return row
