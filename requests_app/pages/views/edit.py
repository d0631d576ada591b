"""The pages on which a neighbour changes what she told us: a summary, and one page for each thing."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from requests_app import actions, rules
from requests_app.pages.edit.fields import summary, thing_named
from requests_app.pages.edit.forms import form_of, given
from requests_app.pages.views.decorators import Visit, by_link


@require_safe
@by_link
def need_change(visit: Visit) -> HttpResponse:
    """All that can be changed, each with its link."""
    if not rules.can_change(visit.need):
        return redirect("need_private", visit.token)
    context = {"need": visit.need, "token": visit.token, "sections": summary(visit.need)}
    return render(visit.request, "needs/change.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@by_link
def need_change_thing(visit: Visit, thing: str) -> HttpResponse:
    """One thing: as it was asked first."""
    need, request = visit.need, visit.request
    if not rules.can_change(need):
        return redirect("need_private", visit.token)
    chosen = thing_named(thing, need)
    if chosen is None:
        raise Http404
    form = form_of(chosen, need, request.POST if request.method == "POST" else None)
    if form.is_valid():
        values = given(chosen, form, need)
        if not form.errors:
            messages.success(request, _change(visit, thing, values))
            return redirect("need_change", visit.token)
    context = {"form": form, "thing": chosen, "token": visit.token}
    return render(request, "needs/change_thing.html", context)


def _change(visit: Visit, thing: str, values: dict[str, object]) -> str:
    if not values:
        return _("Nothing was typed, so nothing has changed.")
    try:
        actions.change_need(visit.need, values, reason=thing)
    except actions.StateChanged:
        return _("This has changed in the meantime. Here is how it stands.")
    return _("We have changed it.")
