"""The pages on which a neighbour changes what they told us: a summary, and one page for each thing."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from requests_app import rules
from requests_app.models import Need
from requests_app.pages.edit.forms import form_of, save
from requests_app.pages.edit.subjects import AskSubject, NeedSubject, Section, Subject
from requests_app.pages.private import needs_of, title_of
from requests_app.pages.refusals import tell_refusal
from requests_app.pages.views.decorators import Visit, by_link
from requests_app.states import ON_THE_WAY


@require_safe
@by_link
def ask_change(visit: Visit) -> HttpResponse:
    """What the needs of an ask share; and of each need what it is about, or the way there."""
    needs = list(needs_of(visit.ask))
    if not rules.can_change_ask(needs):
        return visit.back()
    changeable = [need for need in needs if rules.can_change(need)]
    only = changeable[0] if len(changeable) == 1 else None
    return _summary(
        visit,
        mine=(only, NeedSubject(only).summary()) if only else None,
        shared=AskSubject(visit.ask).summary(),
        others=[] if only else [(title_of(need), need) for need in changeable],
        is_told=any(_is_coming(need) for need in needs),
    )


@require_safe
@by_link
def need_change(visit: Visit, need: UUID) -> HttpResponse:
    """What can be changed of one need, each with its link."""
    one = visit.need(need)
    if not rules.can_change(one):
        return visit.back()
    return _summary(visit, mine=(one, NeedSubject(one).summary()), is_told=_is_coming(one))


@require_http_methods(["GET", "HEAD", "POST"])
@by_link
def ask_change_thing(visit: Visit, thing: str) -> HttpResponse:
    """One thing that all needs of the ask share: as it was asked first."""
    if not rules.can_change_ask(visit.ask.needs.all()):
        return visit.back()
    return _change(visit, AskSubject(visit.ask), thing, reverse("ask_change", args=[visit.token]))


@require_http_methods(["GET", "HEAD", "POST"])
@by_link
def need_change_thing(visit: Visit, need: UUID, thing: str) -> HttpResponse:
    """One thing of one need: as it was asked first."""
    one = visit.need(need)
    if not rules.can_change(one):
        return visit.back()
    back = reverse("need_change", args=[visit.token, need])
    return _change(visit, NeedSubject(one), thing, back)


def _is_coming(need: Need) -> bool:
    """Whether someone is on their way, who is told that something changed."""
    return any(claim.state in ON_THE_WAY for claim in need.claims.all())


def _summary(
    visit: Visit,
    *,
    mine: tuple[Need, list[Section]] | None = None,
    shared: list[Section] | None = None,
    others: list[tuple[str, Need]] | None = None,
    is_told: bool,
) -> HttpResponse:
    """`mine` is the need whose things stand here, `others` are those with a page of their own."""
    context = {
        "token": visit.token,
        "need": mine[0] if mine else None,
        "title": title_of(mine[0]) if mine else "",
        "own_sections": mine[1] if mine else [],
        "shared_sections": shared or [],
        "others": others or [],
        "is_told": is_told,
    }
    return render(visit.request, "needs/change.html", context)


def _change(visit: Visit, subject: Subject[Any], thing: str, back: str) -> HttpResponse:
    request = visit.request
    editable = subject.named(thing)
    if editable is None:
        raise Http404
    form = form_of(editable, subject, request.POST if request.method == "POST" else None)
    if form.is_valid():
        with tell_refusal(request):
            if said := save(editable, subject, form):
                messages.success(request, said)
        if not form.errors:
            return redirect(back)
    context = {"form": form, "thing": editable, "back": back}
    return render(request, "needs/change_thing.html", context)
