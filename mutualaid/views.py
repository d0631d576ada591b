"""Pages that belong to no package: the home page, about, and errors."""

import sys
from datetime import UTC, timedelta

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.translation import get_language_from_request, override
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from mutualaid.encryption.fields import WrongKey
from mutualaid.faults.database import READS_ON, cause_of
from mutualaid.forms.sent import SENT_AGAIN, Typed, typed_in
from mutualaid.group.current import current_group, group_without_database
from mutualaid.logs import request_id
from mutualaid.methods import post_only
from mutualaid.numbers.models import Month
from mutualaid.people.sign_in import kept_forms
from mutualaid.policy.current import current_policy
from requests_app.pages.board import NearFilter, note_of

NOTES_ON_FRONT_PAGE = 3
SECURITY_TXT_DAYS = 180
"""RFC 9116 recommends less than a year."""
TRY_AGAIN_SECONDS = 60
"""After which a browser or a search engine may ask again."""


def site(request: HttpRequest) -> dict[str, object]:
    """Context processor: what every page knows of the group that runs the site."""
    group = current_group()
    return {
        "group": group,
        "group_name": group.name,
        "help_contact": group.help_links,
        "exit_url": settings.EXIT_URL,
        "source_url": settings.SOURCE_URL,
        "site_url": settings.SITE_URL,
        "demo": settings.DEMO,
        "has_decisions": current_policy().has_decisions,
    }


@login_not_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The home page: I need something, I can help; what is open near `?area=`, and what was met."""
    near = NearFilter(request.GET)
    needs = near.needs()
    context = {
        "form": near,
        "area": near.cleaned_data.get("area"),
        "notes": [note_of(need) for need in needs[:NOTES_ON_FRONT_PAGE]],
        "counts": {"open": needs.count()},
        "month": Month.objects.first(),
        "asking_paused": current_policy().is_asking_paused,
    }
    return render(request, "home.html", context)


@login_not_required
@require_safe
def about(request: HttpRequest) -> HttpResponse:
    return render(request, "about.html")


@login_not_required
@require_safe
def security_txt(request: HttpRequest) -> HttpResponse:
    """Whom to tell of a hole (RFC 9116). It expires in half a year, and is written anew each day."""
    expires = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)
    expires += timedelta(days=SECURITY_TXT_DAYS)
    lines = [
        f"Contact: {settings.SECURITY_CONTACT}",
        f"Expires: {expires.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        f"Preferred-Languages: {', '.join(code for code, _name in current_group().offered_languages)}",
        f"Canonical: {settings.SITE_URL}{reverse('security_txt')}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@login_not_required
@post_only("home")
def leave(request: HttpRequest) -> HttpResponse:
    """The quick exit: forget what was typed, sign out, delete our cookies, and go to `EXIT_URL`."""
    logout(request)
    return _way_out()


def _way_out() -> HttpResponse:
    """No `Clear-Site-Data`: browsers take seconds for it. Storage is cleared by `frame.js` (ADR 51)."""
    response = redirect(settings.EXIT_URL)
    for kind in ("SESSION", "CSRF", "LANGUAGE"):
        response.delete_cookie(getattr(settings, f"{kind}_COOKIE_NAME"), samesite="Lax")
    add_never_cache_headers(response)
    response["Referrer-Policy"] = "no-referrer"
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say that nothing was saved. What was typed on a page of ours is there again, to be sent once more."""
    is_leaving = request.path_info == reverse(
        "leave"
    )  # nobody may have to stay for want of a cookie
    if is_leaving and kept_forms.is_from_this_site(request):
        logout(request)
        return _way_out()
    page = request.get_full_path()
    context = {"kept": _typed_here(request), "mark": SENT_AGAIN, "page": page}
    return render(request, "403_csrf.html", context, status=403)


@login_not_required
def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 500; 503 while the database or a key is missing, for then trying again later helps.

    It asks the database nothing. Whoever leaves gets out all the same: someone has come into the room. What
    was typed on a page of ours is there, to be sent once more.
    """
    if request.path_info == reverse(
        "leave"
    ):  # the fault may have come before the address was looked up
        return _way_out()
    error = sys.exc_info()[1]
    cause, is_unreadable = cause_of(error), isinstance(error, WrongKey)
    status = 503 if cause or is_unreadable else 500
    group = group_without_database()
    context: dict[str, object] = {
        "cause": cause,
        "reads_on": cause in READS_ON,
        "unreadable": is_unreadable,
        "help_contact": group.help_links,
        "number": request_id.get(),
        "exit_url": settings.EXIT_URL,
        "csrf_token": get_token(request),
    }
    try:
        context |= {"kept": _typed_here(request), "mark": SENT_AGAIN}
        # A fault before the language was read leaves that of another request.
        with override(group.offered(get_language_from_request(request))):
            response = render(None, "500.html", context, status=status)
    except Exception:  # else the web server would log the path and the text of the exception
        response = HttpResponse(_("Something broke on our side"), status=status)
    add_never_cache_headers(response)
    if status == 503:
        response["Retry-After"] = str(TRY_AGAIN_SECONDS)
    return response


def _typed_here(request: HttpRequest) -> Typed | None:
    """What was typed on a page of ours, where this is known; None where another site may have sent it."""
    if not kept_forms.is_from_this_site(request):
        return None
    return typed_in(request, page=request.get_full_path())
