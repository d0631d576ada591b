"""The group's colours and logo: files whose address changes with what is in them."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from mutualaid.group.current import current_group
from mutualaid.group.look.logos import KINDS
from mutualaid.group.look.stylesheets import site_css
from mutualaid.group.models import GroupLogo

FOR_EVER = 365 * 24 * 3600
"""Seconds; caches need ask no more than once a year for what never changes."""


@login_not_required
@require_safe
def stylesheet(request: HttpRequest, digest: str) -> HttpResponse:
    """Style and colours. An older address gets those of now, for a page that was opened before."""
    group = current_group()
    response = HttpResponse(group.stylesheet or site_css(), content_type="text/css; charset=utf-8")
    if group.stylesheet_url == request.path:
        _keep(response)
    else:
        patch_cache_control(response, no_cache=True)
    return response


@login_not_required
@require_safe
def logo(request: HttpRequest, digest: str, kind: str) -> HttpResponse:
    """A picture of a logo. Raises `Http404` for one that is not there."""
    if kind not in KINDS:
        raise Http404
    picture = GroupLogo.objects.filter(pk=digest).values_list(kind, flat=True).first()
    if picture is None:
        raise Http404
    response = HttpResponse(bytes(picture), content_type="image/png")
    _keep(response)
    return response


def _keep(response: HttpResponse) -> None:
    patch_cache_control(response, public=True, max_age=FOR_EVER, immutable=True)
