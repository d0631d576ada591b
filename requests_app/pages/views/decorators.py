"""What every page behind a private link does first: look whose link it is, and stop who guesses."""

from collections.abc import Callable
from functools import wraps
from typing import Any, NamedTuple
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from mutualaid.encryption.fields import WrongKey
from mutualaid.http import private_page
from mutualaid.people.ratelimit import is_rate_limited
from requests_app.access.links import ask_by_token
from requests_app.models import Ask, Need, PrivateLink

TRIES_AN_HOUR = 20


class Visit(NamedTuple):
    """A request with a link that opens: to which ask, and by which link."""

    request: HttpRequest
    ask: Ask
    link: PrivateLink
    token: str

    def need(self, public_id: UUID) -> Need:
        """A need of this ask; any other is not here."""
        related = ("ask", "category__parent", "locality", "series", "merged_into")
        return get_object_or_404(self.ask.needs.select_related(*related), public_id=public_id)

    def back(self) -> HttpResponse:
        """To the page of the ask."""
        return redirect("ask_private", self.token)


def by_link(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Hand `view` a `Visit`. Wrong, revoked, expired and forged links all get the same page."""

    @login_not_required
    @private_page
    @wraps(view)
    def wrapped(request: HttpRequest, /, token: str, **kwargs: Any) -> HttpResponse:
        found = ask_by_token(token)
        if found is None:
            return no_such_link(request)
        visit = Visit(request, *found, token)
        try:
            return view(visit, **kwargs)
        except WrongKey:
            return visit.back()  # where it stands that nobody can read it now

    return wrapped


def no_such_link(request: HttpRequest) -> HttpResponse:
    """Tells a guesser nothing, and after some tries nothing at all."""
    if is_rate_limited(request, "need-link", most=TRIES_AN_HOUR, seconds=3600):
        return render(request, "429.html", status=429)
    return render(request, "needs/no_such_link.html", status=404)
