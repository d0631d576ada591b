"""The picture of a receipt, for its own people, and for an approver who has opened the expense."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from mutualaid.fund.actions.receipts import read_receipt
from mutualaid.fund.errors import NotForYou
from mutualaid.fund.models import Expense, Receipt
from mutualaid.fund.pages.decorators import pot_page
from mutualaid.http import PersonRequest


@pot_page
@require_safe
def pot_receipt(request: PersonRequest, public_id: UUID) -> HttpResponse:
    """Answer with our JPEG, which no cache keeps. Raises `Http404` for whoever may not see it."""
    expense = get_object_or_404(Expense.objects.without_words(), public_id=public_id)
    try:
        photo = read_receipt(expense, by=request.user)
    except (NotForYou, Receipt.DoesNotExist) as error:
        raise Http404 from error
    response = HttpResponse(photo, content_type="image/jpeg")
    response["Content-Disposition"] = 'inline; filename="receipt.jpg"'
    return response
