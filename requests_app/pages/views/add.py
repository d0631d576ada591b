"""One more thing that the same neighbour needs, on one short page."""

from dataclasses import fields

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from mutualaid.catalog.form_choices import Catalogue
from requests_app import actions
from requests_app.actions import NeedDetails
from requests_app.pages.ask.forms import AddForm, Known
from requests_app.pages.refusals import tell_refusal
from requests_app.pages.views.decorators import Visit, by_link


@require_http_methods(["GET", "HEAD", "POST"])
@by_link
def ask_add(visit: Visit) -> HttpResponse:
    """Kind, where, when and what to know; who asks and how to reach them is known already."""
    request = visit.request
    form = AddForm(request.POST if request.method == "POST" else None, known=Known(Catalogue()))
    if form.is_valid():
        told = {one.name for one in fields(NeedDetails)} & form.cleaned_data.keys()
        details = NeedDetails(**{name: form.cleaned_data[name] for name in told})
        with tell_refusal(request):
            actions.add_needs(visit.ask, [details])
            messages.success(request, _("We have added it to what you asked for."))
        return visit.back()
    latest = visit.ask.needs.select_related("locality").order_by("pk").last()
    if latest:
        form.initial = {"locality": latest.locality}
    return render(request, "needs/add.html", {"form": form, "token": visit.token})
