"""The private page of an ask: how each of its needs stands, and what its neighbour can do now."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from mutualaid.people.models import display_name
from requests_app import actions, rules
from requests_app.access.links import code_for, private_url
from requests_app.models import Need
from requests_app.pages.private import ask_on_page, title_of
from requests_app.pages.refusals import tell_refusal
from requests_app.pages.views.decorators import Visit, by_link


@dataclass(frozen=True)
class Step:
    """What a neighbour can do about one need, and what is said when it is done."""

    take: Callable[[Need], object]
    said: str | Promise


STEPS = {
    "withdraw": Step(
        actions.withdraw_need, _("You took your need back. Nobody will come because of it.")
    ),
    "keep_open": Step(actions.keep_open, _("We keep looking.")),
    "arrived": Step(
        actions.confirm_arrival, _("Thank you for telling us. We are glad that it arrived.")
    ),
    "need_more": Step(actions.need_more, _("Thank you for telling us. We look for more help now.")),
    "not_arrived": Step(
        actions.report_not_arrived, _("Thank you for telling us. We look for somebody else now.")
    ),
    "stop_after_this": Step(
        lambda need: actions.stop_repeating(need, keep=need),
        _("It does not come back any more. For this day we go on, and whoever said yes comes."),
    ),
    "stop_repeating": Step(
        actions.stop_repeating,
        _("It does not come back any more. Whoever said yes already still comes."),
    ),
}


@require_safe
@by_link
def ask_private(visit: Visit) -> HttpResponse:
    """What became of an ask, and what its neighbour can do now."""
    ask, token, contact = visit.ask, visit.token, visit.ask.readable_contact
    context = {
        "page": ask_on_page(ask),
        "token": token,
        "url": private_url(token),
        "code": code_for(token) if visit.link.code_hash else "",
        "ways": contact.chosen_channel_labels if contact else [],
        "is_unreadable": contact is None,
    }
    return render(visit.request, "needs/private.html", context)


@require_safe
@by_link
def need_withdraw_ask(visit: Visit, need: UUID) -> HttpResponse:
    """Are you sure? A page of its own, for there is no JavaScript to ask."""
    one = visit.need(need).leading
    if not rules.can_withdraw(one):
        return visit.back()
    context = {"need": one, "title": title_of(one), "token": visit.token}
    return render(visit.request, "needs/withdraw.html", context)


@require_safe
@by_link
def need_stop_ask(visit: Visit, need: UUID) -> HttpResponse:
    """It need not come back every week: is the next one still needed?"""
    one = visit.need(need)
    if one.series is None or one.series.ended_at:
        return visit.back()
    coming = one.claims.live().select_related("volunteer").order_by("place")
    context = {
        "need": one,
        "title": title_of(one),
        "token": visit.token,
        "can_take_back": rules.can_withdraw(one) and not coming,
        "names": [display_name(claim.volunteer) for claim in coming],
    }
    return render(visit.request, "needs/stop.html", context)


@require_POST
@by_link
def need_do(visit: Visit, need: UUID, step: str) -> HttpResponse:
    """One step about one need, as `STEPS` lists them."""
    one, chosen = visit.need(need).leading, STEPS[step]
    with tell_refusal(visit.request, about=title_of(one)):
        chosen.take(one)
        messages.success(visit.request, str(chosen.said))
    return visit.back()
