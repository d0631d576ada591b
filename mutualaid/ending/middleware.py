"""What answers once the group has ended: one page that stays, at every address."""

from collections.abc import Callable

from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import Resolver404, resolve
from django.utils.cache import add_never_cache_headers

from mutualaid.group.current import current_group
from mutualaid.numbers.models import Month

LOOKED_AT = {
    "numbers", "numbers_csv", "numbers_json", "money_csv", "group_css", "group_logo", "metrics",
    "security_txt", "worker",
}  # fmt: skip
"""Names of the addresses that go on. What machines ask for health, and files, are answered before."""


def answer_after_the_end(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: once the group has ended answer 410 with the page that stays, and 200 on the front page.

    Whoever comes by an old link, with a form or for JSON gets the same page: nothing is kept that could tell
    one address from another.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if current_group().ended_on is None or _goes_on(request):
            return get_response(request)
        is_front_page = request.path_info == "/" and request.method in ("GET", "HEAD")
        totals = Month.objects.aggregate(asked=Sum("asked"), met=Sum("met"))
        response = render(request, "ending/ended.html", totals)
        return response if is_front_page else _gone(response)

    return middleware


def _gone(response: HttpResponse) -> HttpResponse:
    """No cache keeps it, for a 410 may be kept by default, and no search engine lists it."""
    response.status_code = 410
    add_never_cache_headers(response)
    response["X-Robots-Tag"] = "noindex"
    return response


def _goes_on(request: HttpRequest) -> bool:
    try:
        name = resolve(request.path_info).url_name
    except Resolver404:
        return False
    if request.method == "POST":
        return name == "set_language"
    return name in LOOKED_AT
