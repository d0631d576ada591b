"""What every page behind a private link does first: find its ask, and limit guessing."""

from collections.abc import Callable
from functools import wraps
from typing import Any, NamedTuple
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from mutualaid.encryption.fields import WrongKey
from mutualaid.http import private_page
from mutualaid.people.models import User
from mutualaid.people.ratelimit import is_rate_limited
from requests_app.access.links import ask_by_token
from requests_app.models import Ask, Need, PrivateLink

TRIES_AN_HOUR = 20
"""Of wrong links, of codes, and of requests for a lost link, from one network address (ADR 5, 25)."""


class Visit(NamedTuple):
    """A request by a valid private link, with the ask that it opens."""

    request: HttpRequest
    ask: Ask
    link: PrivateLink
    token: str

    def need(self, public_id: UUID) -> Need:
        """A need of this ask. Raises `Http404` for any other."""
        related = ("ask", "category__parent", "locality", "series", "merged_into")
        return get_object_or_404(self.ask.needs.select_related(*related), public_id=public_id)

    def back(self) -> HttpResponse:
        """Redirect to the private page."""
        return redirect("ask_private", self.token)


def by_link(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Pass a `Visit` to the view. Wrong, revoked, expired and forged links all get the same page.

    Coordinators get a page that leads them to the admin, where each look is logged with who it was.
    If no configured key decrypts what the view needs, it redirects to the private page, which says so.
    """

    @login_not_required
    @private_page
    @wraps(view)
    def wrapped(request: HttpRequest, /, token: str, **kwargs: Any) -> HttpResponse:
        ask_and_link = ask_by_token(token)
        if ask_and_link is None:
            return no_such_link(request)
        visit = Visit(request, *ask_and_link, token)
        if is_for_the_admin(request, visit.ask):
            return use_the_admin(request)
        try:
            return view(visit, **kwargs)
        except WrongKey:
            return visit.back()

    return wrapped


def no_such_link(request: HttpRequest) -> HttpResponse:
    """The page for links that do not open; after `TRIES_AN_HOUR` that for too many requests."""
    if is_rate_limited(request, "need-link", most=TRIES_AN_HOUR, seconds=3600):
        return render(request, "429.html", status=429)
    return render(request, "needs/no_such_link.html", status=404)


def is_for_the_admin(request: HttpRequest, ask: Ask | None = None) -> bool:
    """Whether it is someone of the staff, at what another person asked."""
    user = request.user
    return isinstance(user, User) and user.is_staff and (not ask or ask.account_id != user.pk)


def use_the_admin(request: HttpRequest) -> HttpResponse:
    return render(request, "needs/for_the_admin.html", status=403)
