"""Calls of neighbouring groups for many hands, for members of ours."""

from uuid import UUID

from django.contrib import messages
from django.db.models import Count, Exists, OuterRef, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from mutualaid.http import PersonRequest, private_page
from mutualaid.methods import post_only
from mutualaid.partners.actions import calling
from mutualaid.partners.decorators import while_there_are_partners
from mutualaid.partners.models import Coming, IncomingCall
from mutualaid.partners.rules import has_partners
from mutualaid.people.models import BlockedContactPoint, User
from mutualaid.promises import PROMISES


def calls_for(user: User) -> QuerySet[IncomingCall]:
    """Return the open calls, the soonest first: how many come, and whether this person does.

    None for whom the group has blocked.
    """
    if not has_partners() or BlockedContactPoint.objects.of_account(user).exists():
        return IncomingCall.objects.none()
    mine = Coming.objects.filter(call=OuterRef("pk"), user=user)
    calls = IncomingCall.objects.open().select_related("partner").order_by("day", "pk")
    return calls.annotate(number=Count("coming"), am_coming=Exists(mine))


@private_page
@while_there_are_partners
@require_safe
def calls(request: PersonRequest) -> HttpResponse:
    """All that partners call for now."""
    return render(request, "partners/calls.html", {"calls": calls_for(request.user)})


@private_page
@while_there_are_partners
@post_only("calls")
def answer_call(request: PersonRequest, public_id: UUID) -> HttpResponse:
    """Say that one comes, or does not come after all. Twice is once."""
    call = calls_for(request.user).filter(code=public_id).first()
    if call is None:
        messages.warning(request, _("This call is over. Thank you for being there."))
        return redirect("calls")
    if "stay_away" in request.POST:
        calling.stay_away(call, request.user)
        messages.success(request, _("That's fine. Thanks for telling us."))
        return redirect("calls")
    try:
        calling.come(call, request.user)
    except calling.Over:
        messages.warning(request, _("This call is over. Thank you for being there."))
    else:
        thanks = _("Thank you!")
        messages.success(request, f"{thanks} {PROMISES['calls_tell_how_many']}")
    return redirect("calls")
