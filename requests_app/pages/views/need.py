"""The private page of a need: how it stands, and what its neighbour can do now."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from mutualaid.people.models import display_name
from requests_app import actions, rules
from requests_app.access.links import code_for, private_url
from requests_app.models import Need
from requests_app.notifications.neighbour import is_asked_whether_to_go_on
from requests_app.pages.timeline import coming, timeline, way
from requests_app.pages.views.decorators import Visit, by_link
from requests_app.pages.wait_chart import drawn_wait
from requests_app.states import WAITING


@require_safe
@by_link
def need_private(visit: Visit) -> HttpResponse:
    """What became of a need, and what its neighbour can do now."""
    own, token = visit.need, visit.token
    need, contact = own.leading, own.readable_contact
    context = {
        "need": need,
        "is_double": need != own,
        "token": token,
        "url": private_url(token),
        "code": code_for(token) if visit.link.code_hash else "",
        "coming": [(claim, display_name(claim.volunteer)) for claim in coming(need)],
        "ways": contact.ways if contact else [],
        "is_unreadable": contact is None,
        "may_have_arrived": need.claims.live().exists(),
        "way": way(need),
        "timeline": timeline(need),
        "is_waiting": need.state in WAITING,
        "is_asked": need.state in WAITING and is_asked_whether_to_go_on(need),
        "drawn": drawn_wait(need) if need.state in WAITING else None,
        "together": own.together(),
        "repeats": own.series is not None and own.series.ended_at is None,
        "looks": own.looks.select_related("by"),
        "can_change": rules.can_change(own),
        "can_withdraw": rules.can_withdraw(need),
    }
    return render(visit.request, "needs/private.html", context)


@require_safe
@by_link
def need_withdraw_ask(visit: Visit) -> HttpResponse:
    """Are you sure? A page of its own, for there is no JavaScript to ask."""
    need = visit.need.leading
    if not rules.can_withdraw(need):
        return redirect("need_private", visit.token)
    return render(visit.request, "needs/withdraw.html", {"need": need, "token": visit.token})


@require_POST
@by_link
def need_do(visit: Visit, step: str) -> HttpResponse:
    """One step of the neighbour, as `StepConverter` lists them."""
    try:
        said = _take(visit.need.leading, step)
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
    if step == "stop_repeating":
        actions.stop_repeating(need)
        return _("It does not come back any more. Whoever said yes already still comes.")
    if step == "need_more":
        actions.need_more(need)
        return _("Thank you for telling us. We look for more help now.")
    actions.deny_arrival(need)
    return _("Thank you for telling us. We look for somebody else now.")
