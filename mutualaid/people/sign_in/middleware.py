"""End staff sessions in time, let no one into the admin without a second factor, ask for a fresh sign-in.

Runs after the session and the account are known, and before Django leads whoever is not signed in to the
sign-in.
"""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import cast

from allauth.account.adapter import get_adapter
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from mutualaid.forms.sent import ACCOUNT_PAGES, SENT_AGAIN
from mutualaid.people.models import User
from mutualaid.people.sign_in import fresh, kept_forms, second_factor
from mutualaid.people.sign_in.clock import is_in_the_future, is_within

STAFF_SESSION = timedelta(hours=12)
STAFF_IDLE = timedelta(hours=1)
"""After which staff sign in again. Other people's sessions are remembered."""
NOTED_EVERY = timedelta(minutes=1)
"""How exactly the last request is known: each note is a write."""
SIGNED_IN_AT, SEEN_AT, WANTED = "signed_in_at", "seen_at", "wanted_page"
"""Keys of the session: seconds since the epoch, and the path to go to once a second factor is set up."""
UNFINISHED = ("account_login", "account_email_verification_code")
"""Keys under which allauth keeps a sign-in or a code that is under way, with the time of its beginning."""

View = Callable[..., HttpResponse]


class SignInMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        is_account_page = request.path_info.startswith(ACCOUNT_PAGES)
        if is_account_page:
            _forget_what_is_from_the_future(request.session)
        if request.user.is_authenticated:
            _end_if_over(request)
        response = self.get_response(request)
        if is_account_page:
            add_never_cache_headers(response)
            response.setdefault("X-Robots-Tag", "noindex")
        return response

    def process_view(
        self, request: HttpRequest, view: View, args: object, kwargs: object
    ) -> HttpResponse | None:
        if ended := getattr(request, "session_ended_of", None):
            return _sign_in_anew(request, view, ended)
        user = request.user
        if not user.is_authenticated:
            return _keep_until_sign_in(request, view)
        if _waits_for_second_factor(request, view, user):
            return _ask_for_second_factor(request, user)
        back = fresh.way_back_of(request, view)
        if back is not None and not fresh.is_fresh(request):
            return _ask_again(request, user, back)
        if request.method == "POST" and SENT_AGAIN in request.POST:
            kept_forms.forget(request, user)
        return None


def _end_if_over(request: HttpRequest) -> None:
    """Sign staff out whose session is too old or was left alone; note that everyone else's goes on."""
    session, user = request.session, cast(User, request.user)
    seen_at = session.get(SEEN_AT)
    is_young = is_within(session.get(SIGNED_IN_AT), STAFF_SESSION)
    if (is_young and is_within(seen_at, NOTED_EVERY)) or not user.is_staff:
        return
    if is_young and is_within(seen_at, STAFF_IDLE):
        session[SEEN_AT] = time.time()
        return
    logout(request)
    request.session_ended_of = user  # type: ignore[attr-defined]


def _sign_in_anew(request: HttpRequest, view: View, user: User) -> HttpResponse | None:
    """Tell whoever was just signed out, and keep what they had typed.

    None where Django leads them to the sign-in, or where none is needed.
    """
    if not getattr(view, "login_required", True):
        return None
    messages.info(
        request, _("You were away for a while, so we signed you out. Please sign in again.")
    )
    if request.method == "POST" and kept_forms.keep(request, user, page=request.path):
        return _with_next(settings.LOGIN_URL, reverse("kept_form"))
    return None


def _keep_until_sign_in(request: HttpRequest, view: View) -> HttpResponse | None:
    """Lead whoever sends a form without being signed in to the sign-in, and keep what they had typed.

    Nothing of the admin is kept where no one knows who typed it. None where Django leads on.
    """
    needs_sign_in = getattr(view, "login_required", True) and not _is_for_staff(request)
    if not (needs_sign_in and request.method == "POST"):
        return None
    if not kept_forms.keep_until_sign_in(request):
        return None
    messages.info(request, _("Please sign in again. What you typed is kept for you."))
    return _with_next(settings.LOGIN_URL, reverse("kept_form"))


def _waits_for_second_factor(request: HttpRequest, view: View, user: User) -> bool:
    if not second_factor.is_needed(request):
        return False
    if _is_for_staff(request):
        return user.is_staff
    return hasattr(view, "with_second_factor") and second_factor.is_meant_for(user)


def _ask_for_second_factor(request: HttpRequest, user: User) -> HttpResponse:
    wanted = _come_back_to(request, user, request.path)
    if second_factor.has_factor(user):
        return _with_next(_way_to_prove(user), wanted)
    request.session[WANTED] = wanted
    return redirect("second_factor")


def _ask_again(request: HttpRequest, user: User, back: str) -> HttpResponse:
    page = reverse(back) if back else request.path
    return _with_next(_way_to_prove(user), _come_back_to(request, user, page))


def _come_back_to(request: HttpRequest, user: User, page: str) -> str:
    """The path at which they go on: where what they typed waits, or what they wanted to see."""
    if request.method == "POST":
        return reverse("kept_form") if kept_forms.keep(request, user, page=page) else page
    return _path_of(request)


def _way_to_prove(user: User) -> str:
    """The path of the page on which this person proves who they are."""
    ways = get_adapter().get_reauthentication_methods(user)
    return str(ways[0]["url"])


def _with_next(to: str, wanted: str) -> HttpResponse:
    path = to if to.startswith("/") else reverse(to)
    return redirect(f"{path}?{urlencode({'next': wanted})}")


def _path_of(request: HttpRequest) -> str:
    return request.get_full_path() if request.method in ("GET", "HEAD") else request.path


def _is_for_staff(request: HttpRequest) -> bool:
    """The admin, but for signing out of it; and what was typed there."""
    match = request.resolver_match
    if match is None:
        return False
    if match.namespaces[:1] == ["admin"]:
        return match.url_name != "logout"
    return match.url_name == "kept_form"


def _forget_what_is_from_the_future(session: SessionBase) -> None:
    """Drop codes and sign-ins of a time that a clock, set back since, has not reached yet."""
    for key in UNFINISHED:
        if key in session and _is_from_the_future(session[key]):
            del session[key]
    records = session.get(AUTHENTICATION_METHODS_SESSION_KEY)
    if records and any(is_in_the_future(record.get("at")) for record in records):
        session[AUTHENTICATION_METHODS_SESSION_KEY] = [
            record for record in records if not is_in_the_future(record.get("at"))
        ]


def _is_from_the_future(kept: object) -> bool:
    """Whether any time in it, however deep, is."""
    if not isinstance(kept, dict):
        return False
    return any(
        is_in_the_future(value) if name in ("at", "initiated_at") else _is_from_the_future(value)
        for name, value in kept.items()
    )
