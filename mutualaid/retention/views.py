from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from mutualaid.retention.words import chapters


@login_not_required
@require_safe
def what_we_keep(request: HttpRequest) -> HttpResponse:
    """What we keep, and for how long: the table by which the site erases, in words."""
    return render(request, "data.html", {"chapters": chapters()})
