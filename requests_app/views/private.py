"""The private page of a need: how it stands, and what its neighbour can do now."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from mutualaid.people.models import display_name
from requests_app import actions, rules
from requests_app.links import code_for, private_url
from requests_app.models import Need
from requests_app.states import WAITING
from requests_app.timeline import coming, timeline, way
from requests_app.views.by_link import Visit, by_link
from requests_app.waiting_drawn import drawn_wait


@require_safe
@by_link
def need_private(visit: Visit) -> HttpResponse:
    """What became of a need, and what its neighbour can do now."""
    need, token = visit.need, visit.token
    claim = coming(need)
    context = {
        "need": need,
        "token": token,
        "url": private_url(token),
        "code": code_for(token) if visit.link.code_hash else "",
        "coming": display_name(claim.volunteer) if claim else "",
        "ways": need.contact.ways if claim else [],
        "day": claim.scheduled_for if claim else None,
        "way": way(need),
        "timeline": timeline(need),
        "is_waiting": need.state in WAITING,
        "drawn": drawn_wait(need) if need.state in WAITING else None,
        "looks": need.looks.select_related("by"),
        "can_change": rules.can_change(need),
        "can_withdraw": rules.can_withdraw(need),
    }
    return render(visit.request, "needs/private.html", context)


@require_safe
@by_link
def need_withdraw_ask(visit: Visit) -> HttpResponse:
    """Are you sure? A page of its own, for there is no JavaScript to ask."""
    if not rules.can_withdraw(visit.need):
        return redirect("need_private", visit.token)
    return render(visit.request, "needs/withdraw.html", {"need": visit.need, "token": visit.token})


@require_POST
@by_link
def need_do(visit: Visit, step: str) -> HttpResponse:
    """One step of the neighbour: withdraw, keep_open, arrived or not_arrived."""
    try:
        said = _take(visit.need, step)
    except actions.StateChanged:
        said_late = _("This has changed in the meantime. Here is how it stands.")
        messages.info(visit.request, said_late)
    else:
        messages.success(visit.request, said)
    return redirect("need_private", visit.token)


def _take(need: Need, step: str) -> str:
    if step == "withdraw":
        actions.withdraw_need(need)
        return _("You took your need back. Nobody will come because of it.")
    if step == "keep_open":
        actions.keep_open(need)
        return _("We keep looking.")
    if step == "arrived":
        actions.confirm_arrival(need)
        return _("Thank you for telling us. We are glad that it arrived.")
    actions.deny_arrival(need)
    return _("Thank you for telling us. We look for somebody else now.")
