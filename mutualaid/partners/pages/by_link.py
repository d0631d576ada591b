"""What a neighbour sees of other groups by the private link of their ask, and their yes or no to one."""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from mutualaid.partners.actions import referring
from mutualaid.partners.decorators import while_there_are_partners
from mutualaid.partners.models import OutgoingReferral, Partner
from mutualaid.partners.pages.fields_sent import fields_asked, fields_sent
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
TO_TAKE_BACK = (OutgoingState.ASKED, OutgoingState.AGREED, OutgoingState.TAKEN)
"""One that asks for a yes is answered instead, and help that was given cannot be taken back."""


class Answer(NamedTuple):
    """What a neighbour says about a group, by the name of a button, and the sentence that says it is done."""

    action: Callable[[OutgoingReferral], object]
    outcome: str | Promise


ANSWERS = {
    "yes": Answer(referring.consent, _("Thank you. We're sending it to them now.")),
    "no": Answer(referring.do_not_want, _("That's all right. They don't know who you are.")),
    "take_back": Answer(referring.take_back, _("It's taken back. We go on looking here.")),
}


class Line(NamedTuple):
    """One group that is or was asked about a need. `to_call` is the group to call about it, if any."""

    referral: OutgoingReferral
    title: str
    icon: str
    sentence: SafeString
    steps: Sequence[Step]
    to_call: Partner | None
    is_question: bool
    can_take_back: bool


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
            referral.state in TO_TAKE_BACK,
        )


@while_there_are_partners
@require_http_methods(["GET", "HEAD", "POST"])
@by_link
def partner_consent(visit: Visit, public_id: UUID) -> HttpResponse:
    """Ask whether a group that can help may be told who it is for. Only a POST with `yes` says so.

    A POST with `take_back` ends what was agreed before. One with `show` opens what would be sent, and is in
    the list of who looked. Raises `Http404` for what another ask was asked.
    """
    rows = OutgoingReferral.objects.filter(need__ask=visit.ask)
    related = rows.select_related("partner", "need__ask", "need__category", "need__locality")
    referral = get_object_or_404(related, public_id=public_id)
    word = next((word for word in ANSWERS if word in visit.request.POST), "")
    is_open = "show" in visit.request.POST
    if not (_waits_for_answer(referral) or _is_taken_back(referral, word)):
        messages.info(visit.request, why_not_answered(referral))
        return visit.back()
    if word:
        with tell_refusal(visit.request):
            ANSWERS[word].action(referral)
            messages.success(visit.request, str(ANSWERS[word].outcome))
        return visit.back()
    if is_open:
        note_download(visit.ask)
    context = {
        "token": visit.token,
        "referral": referral,
        "partner": referral.partner,
        "title": title_of(referral.need) if referral.need else "",
        "asked": fields_asked(referral.need) if referral.need else [],
        "sent": fields_sent(referral),
        "is_open": is_open,
    }
    return render(visit.request, "partners/consent.html", context)


def _is_taken_back(referral: OutgoingReferral, word: str) -> bool:
    return word == "take_back" and referral.state in TO_TAKE_BACK


def _waits_for_answer(referral: OutgoingReferral) -> bool:
    return (
        referral.state == OutgoingState.ACCEPTED
        and referral.answer_by > timezone.now()
        and referral.need is not None
    )
