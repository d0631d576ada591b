"""What a neighbour without an account says of what they borrowed, by the private link of their ask."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from mutualaid.lending import actions
from mutualaid.lending.models import Loan
from mutualaid.lending.pages.decorators import while_on
from mutualaid.lending.refusals import REFUSALS, refused_because
from mutualaid.lending.states import SAID_OF_A_LOAN
from mutualaid.methods import post_only
from requests_app.pages.views.decorators import Visit, by_link


@while_on
@post_only("ask_private", "token")
@by_link
def loan_by_link(visit: Visit, public_id: UUID) -> HttpResponse:
    """Say what became of a loan. Raises `Http404` for that of another ask."""
    loans = Loan.objects.of_ask(visit.ask).select_related("request__thing__owner")
    loan = get_object_or_404(loans.select_related("request__need__ask"), public_id=public_id)
    outcome = next((one for one in SAID_OF_A_LOAN if one in visit.request.POST), None)
    if outcome:
        try:
            actions.end_loan(loan, outcome, by=visit.ask)
            messages.success(visit.request, _("Thank you for telling us. That's fine."))
        except tuple(REFUSALS) as refusal:
            messages.info(visit.request, refused_because(refusal))
    return visit.back()
