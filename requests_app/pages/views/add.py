"""One more thing that the same neighbour needs: first its category, then all questions on one page."""

from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from mutualaid.catalog.forms.choices import Catalogue
from mutualaid.forms.drafts import typed_into
from requests_app.access.floods import reason_to_hold
from requests_app.pages.ask.forms import AnotherKindForm, AnotherNeedForm, EarlierChoices, StepForm
from requests_app.pages.ask.sending import send_another_need
from requests_app.pages.refusals import tell_refusal
from requests_app.pages.views.decorators import Visit, by_link


@require_http_methods(["GET", "HEAD", "POST"])
@by_link
def ask_add(visit: Visit) -> HttpResponse:
    """Ask for the category, then what is asked about it; who asks and how to reach them is known."""
    catalogue = Catalogue(to_ask=True)
    if visit.request.method != "POST":
        return _page(visit, AnotherKindForm(earlier=EarlierChoices(catalogue)))
    form = _bound(visit, catalogue)
    if isinstance(form, AnotherNeedForm):
        if not form.was_shown():
            return _page(visit, _with_typed(visit, form.earlier))
        if form.is_valid():
            points = visit.ask.contact_points.values_list("fingerprint", flat=True)
            is_trapped = form.cleaned_data["website"]
            held_back = reason_to_hold(visit.request, points, trap_is_filled=is_trapped)
            with tell_refusal(visit.request):
                send_another_need(visit.ask, form.cleaned_data, held_back=held_back)
                messages.success(visit.request, _("We have added it to what you asked for."))
            return visit.back()
    return _page(visit, form)


def _bound(visit: Visit, catalogue: Catalogue) -> AnotherKindForm:
    """The form that was sent: with all questions if its category is one, or if others were answered."""
    post = visit.request.POST
    kind_form = AnotherKindForm(post, earlier=EarlierChoices(catalogue))
    kinds = [kind_form.cleaned_data["category"]] if kind_form.is_valid() else []
    if kinds or "locality" in post:
        return AnotherNeedForm(post, earlier=EarlierChoices(catalogue, kinds=kinds))
    return kind_form


def _with_typed(visit: Visit, earlier: EarlierChoices) -> AnotherNeedForm:
    """All questions with what was typed so far, and no errors yet; in the area of the latest need."""
    form = AnotherNeedForm(earlier=earlier)
    typed = typed_into(AnotherNeedForm, visit.request.POST)
    latest = visit.ask.needs.select_related("locality").order_by("pk").last()
    area = {"locality": latest.locality} if latest and not typed["locality"] else {}
    form.initial = typed | area | {"once": uuid4()}
    return form


def _page(visit: Visit, form: StepForm) -> HttpResponse:
    context = {
        "form": form,
        "token": visit.token,
        "asks_kind_only": not isinstance(form, AnotherNeedForm),
    }
    return render(visit.request, "needs/add.html", context)
