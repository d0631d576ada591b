"""What every page behind a private link does first: find its ask, and limit guessing."""

from collections.abc import Callable
from functools import wraps
from typing import Any, NamedTuple
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from mutualaid.encryption.fields import WrongKey
from mutualaid.forms.sent import Typed, typed_in
from mutualaid.http import private_page
from mutualaid.people.models import User
from mutualaid.people.ratelimit import WRONG_LINKS, network_of, too_often
from requests_app.access.links import ask_by_token, was_merged
from requests_app.models import Ask, Need, PrivateLink
from requests_app.pages.ask.draft import put_receipt_away


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
        """Redirect to the private page, as it is once something was done there."""
        put_receipt_away(self.request)
        return redirect("ask_private", self.token)

    def too_late(self) -> HttpResponse:
        """Say of a form for what can no longer be changed that nothing was saved, and show what was typed."""
        if self.request.method != "POST":
            return self.back()
        put_receipt_away(self.request)
        context = {"token": self.token, "kept": _typed_in(self.request)}
        return render(self.request, "needs/too_late.html", context, status=409)


def by_link(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Pass a `Visit` to the view. Wrong, revoked, expired and forged links all get the same page,
    and one says so whose ask was put together with another.

    Coordinators get a page that leads them to the admin, where each look is logged with who it was.
    If no configured key decrypts what the view needs, it redirects to the private page, which says so.
    """

    @login_not_required
    @private_page
    @wraps(view)
    def wrapped(request: HttpRequest, /, token: str, **kwargs: Any) -> HttpResponse:
        ask_and_link = ask_by_token(token)
        if ask_and_link is None:
            if was_merged(token):
                return merged_link(request, kept=_typed_in(request))
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
    """The page for links that do not open; after too many `WRONG_LINKS` that for too many requests."""
    if again_at := WRONG_LINKS.exceeded_until(network_of(request)):
        return too_often(request, again_at)
    return render(request, "needs/no_such_link.html", {"kept": _typed_in(request)}, status=404)


def merged_link(request: HttpRequest, *, kept: Typed | None = None) -> HttpResponse:
    """The page for who comes by a link or code of before: it leads to the newer, and says nothing else."""
    return render(request, "needs/merged_link.html", {"kept": kept}, status=410)


def _typed_in(request: HttpRequest) -> Typed | None:
    """What a form carries that was sent by a link that no longer opens; the token says that it was ours."""
    return typed_in(request, page=request.path) if request.method == "POST" else None


def is_for_the_admin(request: HttpRequest, ask: Ask | None = None) -> bool:
    """Whether it is someone of the staff, at what another person asked."""
    user = request.user
    return isinstance(user, User) and user.is_staff and not (ask and ask.is_of(user))


def use_the_admin(request: HttpRequest) -> HttpResponse:
    return render(request, "needs/for_the_admin.html", status=403)
