"""The site as an icon on a phone's home screen, and what it shows without a network (ADR 65).

The service worker keeps the shell alone: the page to call us by, its style and its signs. It is there only
for who puts us on their home screen or wants notices on a device: a visit alone leaves nothing behind.
"""

import hashlib
import json

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language, get_language_bidi
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from mutualaid.group.current import current_group
from mutualaid.group.models import GroupProfile
from mutualaid.views import site

PAPER = "#fbf7ee"


@login_not_required
@require_safe
def manifest(request: HttpRequest) -> JsonResponse:
    """What a phone needs to know for its home screen (W3C Web Application Manifest)."""
    group = current_group()
    return JsonResponse(
        {
            "id": "/",
            "name": group.name,
            "short_name": group.short_name,
            "description": group.line or _("Neighbours help neighbours"),
            "lang": get_language(),
            "dir": "rtl" if get_language_bidi() else "ltr",
            "start_url": f"{reverse('home')}?from=icon",
            "scope": "/",
            "display": "standalone",
            "background_color": PAPER,
            "theme_color": group.leaf,
            "icons": _icons(group),
        },
        content_type="application/manifest+json",
    )


def _icons(group: GroupProfile) -> list[dict[str, str]]:
    """Their logo or ours, also with room around it, for phones that cut out a circle ("maskable")."""
    if group.icons:
        return [
            {
                "src": url,
                "sizes": f"{icon.size}x{icon.size}",
                "purpose": icon.purpose,
                "type": "image/png",
            }
            for icon, url in group.icons
        ]
    icons = [("favicon.svg", "any", "any", "image/svg+xml")]
    icons += [(f"icon-{size}.png", f"{size}x{size}", "any", "image/png") for size in (192, 512)]
    icons += [("icon-maskable-512.png", "512x512", "maskable", "image/png")]
    return [
        {"src": static(file), "sizes": sizes, "purpose": purpose, "type": kind}
        for file, sizes, purpose, kind in icons
    ]


@login_not_required
@require_safe
def home_screen(request: HttpRequest) -> HttpResponse:
    """How to put us there."""
    return render(request, "home_screen.html")


@login_not_required
@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """The page for when there is no network: whom to call. The same for everyone, so it may be kept."""
    return HttpResponse(_offline_page(request))


@login_not_required
@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The one service worker, at the root of the site: it serves only pages below its own address.

    It changes with what it keeps, so that a browser fetches a new phone line or style by itself. Once the
    group has ended it is one that removes itself: no phone goes on showing whom to call.
    """
    if current_group().ended_on:
        return _script("worker_ended.js", {})
    kept = [
        reverse("offline"),
        current_group().stylesheet_url or static("site.css"),
        static("favicon.svg"),
    ]
    page = hashlib.sha256(_offline_page(request).encode()).hexdigest()
    context = {"kept": json.dumps(kept), "offline": kept[0], "version": page[:12]}
    return _script("worker.js", context)


def _script(template: str, context: dict[str, str]) -> HttpResponse:
    script = render_to_string(template, context)
    return HttpResponse(script, content_type="text/javascript; charset=utf-8")


def _offline_page(request: HttpRequest) -> str:
    return render_to_string("offline.html", site(request))
