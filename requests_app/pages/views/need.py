"""The private page of an ask: how each of its needs stands, and what its neighbour can do about it."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from mutualaid.methods import post_only
from mutualaid.notify.follow_up.fate import sent_lines
from mutualaid.people.models import display_name
from requests_app import actions, rules
from requests_app.access.links import code_for, private_url
from requests_app.models import Claim, Need
from requests_app.notifications.sent import sent_to_neighbour, troubles_of
from requests_app.pages.ask.draft import was_sent
from requests_app.pages.private import ask_on_page, title_of
from requests_app.pages.refusals import tell_refusal
from requests_app.pages.views.decorators import Visit, by_link


@dataclass(frozen=True)
class Step:
    """What a neighbour can do about one need, and the sentence that says it is done."""

    action: Callable[[Need], object]
    outcome: str | Promise


STEPS = {
    "withdraw": Step(actions.withdraw_need, _("You took it back. No one will come because of it.")),
    "keep_open": Step(actions.keep_open, _("We'll keep looking.")),
    "arrived": Step(actions.confirm_arrival, _("Thanks for telling us. We're glad it arrived.")),
    "need_more": Step(
        actions.need_more, _("Thanks for telling us. We're looking for someone for the rest.")
    ),
    "not_arrived": Step(
        actions.report_not_arrived, _("Thanks for telling us. We're looking for someone else now.")
    ),
    "stop_after_this": Step(
        lambda need: actions.stop_repeating(need, keep=need),
        _("It won't come back any more. This one goes on, and whoever said yes will come."),
    ),
    "stop_repeating": Step(
        actions.stop_repeating,
        _("It won't come back any more. Whoever has said yes will still come."),
    ),
}


MOST_SENT = 20


@require_safe
@by_link
def ask_private(visit: Visit) -> HttpResponse:
    """The private page itself."""
    ask, token, contact = visit.ask, visit.token, visit.ask.readable_contact
    sent = list(sent_to_neighbour(ask)[:MOST_SENT])
    context = {
        "ask": ask,
        "page": ask_on_page(ask),
        "token": token,
        "url": private_url(token),
        "code": code_for(token) if visit.link.code_hash else "",
        "safe_channels": contact.chosen_channel_labels if contact else [],
        "is_unreadable": contact is None,
        "is_just_sent": was_sent(visit.request, token),
        "can_send": actions.receipt_can_be_sent(ask),
        "sent": sent_lines(sent),
        "troubles": troubles_of(ask, sent),
    }
    return render(visit.request, "needs/private.html", context)


@post_only("ask_private", "token")
@by_link
def ask_send_link(visit: Visit) -> HttpResponse:
    """Send the neighbour the link by a way that they called safe."""
    if actions.send_receipt_again(visit.ask):
        messages.success(visit.request, str(_("We'll send it to you. It may take a few minutes.")))
    else:
        messages.info(
            visit.request, str(_("We have no safe way to send it. Please keep the code."))
        )
    return redirect("ask_private", visit.token)


@require_safe
@by_link
def need_withdraw_ask(visit: Visit, need: UUID) -> HttpResponse:
    """Ask whether the neighbour is sure: a page of its own, since pages work without JavaScript."""
    leading_need = visit.need(need).leading
    if not rules.can_withdraw(leading_need):
        return visit.back()
    context = {
        "need": leading_need,
        "title": title_of(leading_need),
        "names": _names(leading_need),
        "token": visit.token,
    }
    return render(visit.request, "needs/withdraw.html", context)


@require_safe
@by_link
def need_stop_ask(visit: Visit, need: UUID) -> HttpResponse:
    """Ask, when a series is to end, whether this occurrence is still needed."""
    occurrence = visit.need(need)
    if occurrence.series is None or occurrence.series.ended_at:
        return visit.back()
    names = _names(occurrence)
    context = {
        "need": occurrence,
        "title": title_of(occurrence),
        "token": visit.token,
        "can_take_back": rules.can_withdraw(occurrence) and not names,
        "names": names,
    }
    return render(visit.request, "needs/stop.html", context)


@post_only("ask_private", "token")
@by_link
def need_do(visit: Visit, need: UUID, step: str) -> HttpResponse:
    """Take one of the `STEPS` about a need."""
    leading_need, chosen_step = visit.need(need).leading, STEPS[step]
    with tell_refusal(visit.request, about=title_of(leading_need)):
        chosen_step.action(leading_need)
        messages.success(visit.request, str(chosen_step.outcome))
    return visit.back()


@require_http_methods(["GET", "HEAD", "POST"])
@by_link
def need_helper_cancel(visit: Visit, claim: UUID) -> HttpResponse:
    """Ask whether the neighbour would rather have someone else than this helper; a POST does it."""
    on_the_way = Claim.objects.on_the_way().filter(need__ask=visit.ask, public_id=claim)
    helper_claim = on_the_way.select_related("need__category", "need__ask", "volunteer").first()
    if helper_claim is None:
        return visit.back()
    title = title_of(helper_claim.need)
    if visit.request.method != "POST":
        name = display_name(helper_claim.volunteer)
        context = {"token": visit.token, "title": title, "name": name}
        return render(visit.request, "needs/helper_cancel.html", context)
    with tell_refusal(visit.request, about=title):
        actions.cancel_helper(helper_claim)
        sentence = _("That's all right. We're looking for someone else now.")
        messages.success(visit.request, str(sentence))
    return visit.back()


def _names(need: Need) -> list[str]:
    """Who has said yes to it and has not let it go."""
    live = need.claims.live().select_related("volunteer").order_by("place")
    return [display_name(claim.volunteer) for claim in live]
