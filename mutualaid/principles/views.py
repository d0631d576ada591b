"""The page of the six principles."""

from typing import NamedTuple

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.views.decorators.http import require_safe

from mutualaid.policy.current import current_policy
from mutualaid.principles.charter import MEANS, Key
from mutualaid.principles.figures import Figure, Sources, figures_of
from mutualaid.principles.models import Principle


class Shown(NamedTuple):
    """One principle as the page shows it; `said` is what the group wrote of it, if it did."""

    label: str | Promise
    means: str | Promise
    figures: list[Figure]
    said: Principle | None


@login_not_required
@require_safe
def principles(request: HttpRequest) -> HttpResponse:
    """What the group says of each, beside public numbers. Raises `Http404` where it has no such page."""
    if not current_policy().has_principles:
        raise Http404
    written = {principle.key: principle for principle in Principle.objects.all()}
    sources = Sources()
    shown = [
        Shown(key.label, MEANS[key], figures_of(key, sources), written.get(key)) for key in Key
    ]
    context = {"principles": shown, "month": sources.month}
    return render(request, "principles/principles.html", context)
