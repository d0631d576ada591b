"""What a neighbour sees of other groups by the private link of their ask, and their yes or no to one."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from mutualaid.partners.actions import referring
from mutualaid.partners.models import OutgoingReferral, Partner
from mutualaid.partners.pages.decorators import while_there_are_partners
from mutualaid.partners.pages.fields_sent import fields_sent
from mutualaid.partners.pages.standing import (
    ICONS,
    Step,
    sentence_for,
    steps_of,
    why_not_answered,
)
from mutualaid.partners.states import HELP_THERE, OutgoingState
from requests_app.actions import note_download
from requests_app.models import Ask
from requests_app.pages.private import title_of
from requests_app.pages.refusals import tell_refusal
from requests_app.pages.views.decorators import Visit, by_link

MOST_SHOWN = 20


class Line(NamedTuple):
    """One group that is or was asked about a need. `to_call` is the group to call about it, if any."""

    referral: OutgoingReferral
    title: str
    icon: str
    sentence: SafeString
    steps: Sequence[Step]
    to_call: Partner | None
    is_question: bool


def lines_for(ask: Ask) -> Iterator[Line]:
    """Yield what other groups are asked about the needs of an ask: what is live, then what is newest."""
    rows = OutgoingReferral.objects.filter(need__ask=ask).select_related(
        "partner", "need__category"
    )
    for referral in rows.order_by("-asked_at", "-pk")[:MOST_SHOWN]:
        yield Line(
            referral,
            title_of(referral.need) if referral.need else "",
            ICONS[referral.state],
            sentence_for(referral),
            list(steps_of(referral)),
            referral.partner if referral.state in HELP_THERE else None,
            _waits_for_answer(referral),
        )


@while_there_are_partners
@require_http_methods(["GET", "HEAD", "POST"])
@by_link
def partner_consent(visit: Visit, public_id: UUID) -> HttpResponse:
    """Ask whether a group that can help may be told who it is for. Only a POST with `yes` says so.

    A POST with `show` opens what would be sent, and is in the list of who looked. Raises `Http404` for what
    another ask was asked.
    """
    rows = OutgoingReferral.objects.filter(need__ask=visit.ask)
    related = rows.select_related("partner", "need__ask", "need__category", "need__locality")
    referral = get_object_or_404(related, public_id=public_id)
    posted = visit.request.POST
    if not _waits_for_answer(referral):
        messages.info(visit.request, why_not_answered(referral))
        return visit.back()
    if "yes" in posted or "no" in posted:
        with tell_refusal(visit.request):
            if "yes" in posted:
                referring.consent(referral)
                messages.success(visit.request, _("Thank you. We're sending it to them now."))
            else:
                referring.do_not_want(referral)
                messages.success(visit.request, _("That's all right. They don't know who you are."))
        return visit.back()
    if is_open := "show" in posted:
        note_download(visit.ask)
    context = {
        "token": visit.token,
        "referral": referral,
        "partner": referral.partner,
        "title": title_of(referral.need) if referral.need else "",
        "sent": fields_sent(referral),
        "is_open": is_open,
    }
    return render(visit.request, "partners/consent.html", context)


def _waits_for_answer(referral: OutgoingReferral) -> bool:
    return (
        referral.state == OutgoingState.ACCEPTED
        and referral.answer_by > timezone.now()
        and referral.need is not None
    )
