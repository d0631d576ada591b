"""Which methods an address takes, and where the others lead.

    @post_only("claim", "public_id")  # the form is on the page "claim", which takes `public_id` as well
    def claim_done(request, public_id): …

A browser asks with GET for an address that only takes a POST after a sign-in in between, after a change of
language, or on a reload: it is led to the page that the form is on. Where the form is to be drawn once more
(`forms.redrawn`), that page is drawn at once, for a redirect would lose what was typed.
"""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import render
from django.urls import resolve, reverse

from mutualaid.forms.redrawn import is_redrawn

P = ParamSpec("P")
R = TypeVar("R", bound=HttpRequest)
Handler = Callable[[HttpRequest], HttpResponse]
METHODS = ("GET", "HEAD", "OPTIONS", "POST")
LOOKING = ("GET", "HEAD")


def post_only(
    page: str, *arguments: str
) -> Callable[
    [Callable[Concatenate[R, P], HttpResponse]],
    Callable[Concatenate[R, P], HttpResponse],
]:
    """Decorate a view that only takes a POST; a GET is redirected to the page that its form is on.

    Args:
        page: The name of the URL of that page.
        arguments: Which arguments of the view that URL takes as well.
    """

    def decorate(
        view: Callable[Concatenate[R, P], HttpResponse],
    ) -> Callable[Concatenate[R, P], HttpResponse]:
        @wraps(view)
        def wrapped(request: R, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if request.method == "POST":
                return view(request, *args, **kwargs)
            if request.method in LOOKING:
                taken = {name: kwargs[name] for name in arguments}
                path = reverse(page, kwargs=taken)
                return (
                    resolve(path).func(request, **taken)
                    if is_redrawn()
                    else HttpResponseRedirect(path)
                )
            return HttpResponseNotAllowed([*LOOKING, "POST"])

        return wrapped

    return decorate


def allow_methods(get_response: Handler) -> Handler:
    """Middleware: refuse every method but `METHODS`. TRACE would show what a proxy added to a request."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.method in METHODS:
            return get_response(request)
        return HttpResponse(status=405, headers={"Allow": ", ".join(METHODS)})

    return middleware


def explain_refused_post(get_response: Handler) -> Handler:
    """Middleware: tell in words where a form was sent to a page that takes none; Django's answer is empty."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.method != "POST" or response.status_code != 405:
            return response
        page = render(request, "405.html", status=405)
        page["Allow"] = response["Allow"]
        return page

    return middleware
