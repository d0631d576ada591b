"""What machines ask: whether the process runs, whether it serves, and its numbers."""

import hmac
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.cache import add_never_cache_headers
from django.views.decorators.http import require_safe

from mutualaid.health.look import has_database, look

FRESH_SECONDS = 1.0
"""Whoever asks more often gets the same answer: no stranger can make the site look all the time."""


@login_not_required
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Answer 200: the process runs. It asks nothing and no one."""
    return JsonResponse({"status": "ok"})


@login_not_required
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Answer within two seconds: 503 where pages cannot be served; else 200, with what is not well."""
    findings = look(max_age=FRESH_SECONDS)
    if not has_database(findings):
        return JsonResponse({"status": "no database"}, status=503)
    names = [one.name for one in findings if not one.is_ok]
    return JsonResponse({"status": "degraded", "checks": names} if names else {"status": "ok"})


PROBES = {"/healthz": healthz, "/readyz": readyz}


def answer_probes(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: answer load balancers, which ask by IP address and over HTTP, before a host is looked at.

    It stands before whatever asks the database: sessions, languages, sign-in. The answer says nothing of the
    host that was asked for.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        probe = PROBES.get(request.path_info) if request.method in ("GET", "HEAD") else None
        if probe is None:
            return get_response(request)
        response = probe(request)
        add_never_cache_headers(response)
        return response

    return middleware


@login_not_required
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """The numbers of the site for Prometheus. For whoever has `METRICS_TOKEN` this page exists."""
    sent = request.headers.get("Authorization", "").encode()
    wanted = f"Bearer {settings.METRICS_TOKEN}".encode()
    if not settings.METRICS_TOKEN or not hmac.compare_digest(sent, wanted):
        raise Http404
    # Here, and not above: few sites are asked for their numbers, and the library is heavy.
    from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest

    from mutualaid.health.metrics import SiteCollector

    registry = CollectorRegistry()
    registry.register(SiteCollector())
    response = HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
    add_never_cache_headers(response)
    return response
