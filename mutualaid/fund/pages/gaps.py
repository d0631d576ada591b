"""What approvers read after a restore: it may have taken away what was paid since the backup."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from mutualaid.fund import actions
from mutualaid.fund.pages.decorators import approver_page
from mutualaid.fund.pages.refusals import tell_refusal
from mutualaid.http import PersonRequest
from mutualaid.methods import post_only


@approver_page
@post_only("pot_waiting")
def pot_gaps_closed(request: PersonRequest) -> HttpResponse:
    """Say that what a restore took away is written down again. `last` is the newest that the page showed."""
    last = request.POST.get("last", "")
    if last.isascii() and last.isdecimal() and len(last) < 19:
        with tell_refusal(request):
            actions.close_gaps(last=int(last), by=request.user)
            messages.success(request, _("Noted. Thank you."))
    return redirect("pot_waiting")
