"""What all views share: the signed-in request, caching, downloads, and the log of requests and faults."""

import logging
import secrets
import sys
import time
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from django.conf import settings
from django.core.signals import got_request_exception
from django.dispatch import receiver
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache

from mutualaid import fault_reports
from mutualaid.faults.database import EPISODES, cause_of, note_read, note_written
from mutualaid.logs import request_id
from mutualaid.people.models import User
from mutualaid.people.security_log import note_refusal

P = ParamSpec("P")
R = TypeVar("R", bound=HttpRequest)
Handler = Callable[[HttpRequest], HttpResponse]
log = logging.getLogger("mutualaid.requests")


class PersonRequest(HttpRequest):
    """A request of someone who is signed in."""

    user: User


def private_page(
    view: Callable[Concatenate[R, P], HttpResponse],
) -> Callable[Concatenate[R, P], HttpResponse]:
    """Decorate a view: caches and search engines keep nothing of its page."""

    @never_cache
    @wraps(view)
    def wrapped(request: R, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response["X-Robots-Tag"] = "noindex"
        return response

    return wrapped


def found_while(
    is_on: Callable[[], bool],
) -> Callable[
    [Callable[Concatenate[R, P], HttpResponse]], Callable[Concatenate[R, P], HttpResponse]
]:
    """Return a decorator of views: their pages are a 404 unless `is_on` says yes."""

    def decorate(
        view: Callable[Concatenate[R, P], HttpResponse],
    ) -> Callable[Concatenate[R, P], HttpResponse]:
        @wraps(view)
        def wrapped(request: R, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if not is_on():
                raise Http404
            return view(request, *args, **kwargs)

        return wrapped

    return decorate


def json_download(data: Mapping[str, object]) -> JsonResponse:
    """Return a person's own data as a JSON file they can read and keep."""
    response = JsonResponse(data, json_dumps_params={"ensure_ascii": False, "indent": 2})
    response["Content-Disposition"] = 'attachment; filename="my-data.json"'
    return response


def tls_only(
    view: Callable[Concatenate[R, P], HttpResponse],
) -> Callable[Concatenate[R, P], HttpResponse]:
    """Decorate a view that machines call: without TLS it refuses, where pages lead on to HTTPS.

    A redirect would hide that a key or a message crosses the network in the clear each time. The path is
    in `SECURE_REDIRECT_EXEMPT`.
    """

    @wraps(view)
    def wrapped(request: R, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if settings.SECURE_SSL_REDIRECT and not request.is_secure():
            return HttpResponse(status=403)
        return view(request, *args, **kwargs)

    return wrapped


def log_requests(get_response: Handler) -> Handler:
    """Middleware: log a line for each request with its route, never its path, which may be a private link.

    The request gets a number (`request_id`), which the answer carries as X-Request-ID.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        start = time.monotonic()
        number = request_id.set(secrets.token_hex(4))
        try:
            response = get_response(request)
            note_refusal(request, response.status_code)
            _note_database_works(request, response)
            is_told = hasattr(
                request, "database_fault"
            )  # in one line for all requests of that time
            is_fault = response.status_code >= 500 and not is_told
            level = logging.ERROR if is_fault else logging.INFO
            details = _method_and_route(request) | {
                "status": response.status_code,
                "ms": round((time.monotonic() - start) * 1000),
            }
            log.log(level, "request", extra=details)
            response["X-Request-ID"] = request_id.get()
            return response
        finally:
            request_id.reset(number)

    return middleware


def _note_database_works(request: HttpRequest, response: HttpResponse) -> None:
    if response.status_code >= 500 or not hasattr(request, "reached_database"):
        return
    if request.method == "POST" and response.status_code < 400:
        note_written()
    else:
        note_read()


@receiver(got_request_exception)
def log_fault(request: HttpRequest | None = None, **_: Any) -> None:
    """Log the type and the place of what no view expected: Django's own line would carry the path.

    A database that is away fails each request: that is an episode.
    """
    details = _method_and_route(request) if request else {}
    cause = cause_of(sys.exc_info()[1])
    if cause is None:
        log.error("fault", exc_info=sys.exc_info(), extra=details)
        fault_reports.report(sys.exc_info()[1], **details)
        return
    EPISODES[cause].fails(exc_info=sys.exc_info(), **details)
    if request:
        request.database_fault = cause  # type: ignore[attr-defined]


def _method_and_route(request: HttpRequest) -> dict[str, Any]:
    route = request.resolver_match.route if request.resolver_match else "(none)"
    return {"method": request.method, "route": route}
