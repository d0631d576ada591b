"""The pages on which a neighbour changes an ask or a need: a summary, and a page for each thing."""

from collections.abc import Sequence
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from requests_app import rules
from requests_app.models import Need
from requests_app.pages.edit.forms import edit_form, save
from requests_app.pages.edit.subjects import AskSubject, NeedSubject, Section
from requests_app.pages.private import needs_of, title_of
from requests_app.pages.refusals import tell_refusal
from requests_app.pages.views.decorators import Visit, by_link
from requests_app.states import ON_THE_WAY


@require_safe
@by_link
def ask_change(visit: Visit) -> HttpResponse:
    """Summary of what the needs of an ask share, and of its only need or with a link to each."""
    needs = list(needs_of(visit.ask))
    if not rules.can_change_ask(needs):
        return visit.back()
    changeable = [need for need in needs if rules.can_change(need)]
    only_need = changeable[0] if len(changeable) == 1 else None
    return _summary_page(
        visit,
        need=only_need,
        shared_sections=AskSubject(visit.ask).summary(),
        other_needs=[] if only_need else changeable,
        has_helper=any(_has_helper(need) for need in needs),
    )


@require_safe
@by_link
def need_change(visit: Visit, need: UUID) -> HttpResponse:
    """Summary of what can be changed of one need."""
    shown_need = visit.need(need)
    if not rules.can_change(shown_need):
        return visit.back()
    return _summary_page(visit, need=shown_need, has_helper=_has_helper(shown_need))


@require_http_methods(["GET", "HEAD", "POST"])
@by_link
def ask_change_thing(visit: Visit, thing: str) -> HttpResponse:
    """Change one thing that all needs of the ask share, in the form in which it was asked first."""
    if not rules.can_change_ask(visit.ask.needs.all()):
        return visit.too_late()
    back_url = reverse("ask_change", args=[visit.token])
    return _edit_page(visit, AskSubject(visit.ask), thing, back_url)


@require_http_methods(["GET", "HEAD", "POST"])
@by_link
def need_change_thing(visit: Visit, need: UUID, thing: str) -> HttpResponse:
    """Change one thing of one need, in the form in which it was asked first."""
    changed_need = visit.need(need)
    if not rules.can_change(changed_need):
        return visit.too_late()
    back_url = reverse("need_change", args=[visit.token, need])
    return _edit_page(visit, NeedSubject(changed_need), thing, back_url)


def _has_helper(need: Need) -> bool:
    """Whether a volunteer is on the way, who would be told of a change."""
    return any(claim.state in ON_THE_WAY for claim in need.claims.all())


def _summary_page(
    visit: Visit,
    *,
    need: Need | None,
    shared_sections: Sequence[Section] = (),
    other_needs: Sequence[Need] = (),
    has_helper: bool,
) -> HttpResponse:
    """The page with the things of `need` and of its ask, and links to those of `other_needs`."""
    context = {
        "token": visit.token,
        "need": need,
        "title": title_of(need) if need else "",
        "own_sections": NeedSubject(need).summary() if need else [],
        "shared_sections": shared_sections,
        "others": [(title_of(other), other) for other in other_needs],
        "is_told": has_helper,
    }
    return render(visit.request, "needs/change.html", context)


def _edit_page(
    visit: Visit, subject: AskSubject | NeedSubject, thing: str, back_url: str
) -> HttpResponse:
    request = visit.request
    editable = subject.editable_named(thing)
    if editable is None:
        raise Http404
    form = edit_form(editable, subject, request.POST if request.method == "POST" else None)
    if form.is_valid():
        with tell_refusal(request):
            if outcome := save(editable, subject, form):
                messages.success(request, outcome)
        if not form.errors:
            return redirect(back_url)
    context = {"form": form, "thing": editable, "back": back_url}
    return render(request, "needs/change_thing.html", context)
