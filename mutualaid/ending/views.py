"""The public page on which everyone reads what winding down means for them."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from mutualaid.ending.models import WindingDown
from mutualaid.group.current import current_group


@login_not_required
@require_safe
def winding_down(request: HttpRequest) -> HttpResponse:
    """Show both days and what happens on them; that the group goes on where it does not wind down."""
    is_over = not current_group().is_winding_down
    winding = None if is_over else WindingDown.objects.agreed().first()
    return render(request, "ending/winding_down.html", {"winding": winding})
