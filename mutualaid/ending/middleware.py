"""What answers once the group has ended: one page that stays, at every address."""

from collections.abc import Callable

from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import Resolver404, resolve

from mutualaid.group.current import current_group
from mutualaid.numbers.models import Month

LOOKED_AT = {"numbers", "numbers_csv", "numbers_json", "group_css", "group_logo", "metrics"}
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
        status = 200 if is_front_page else 410
        return render(request, "ending/ended.html", totals, status=status)

    return middleware


def _goes_on(request: HttpRequest) -> bool:
    try:
        name = resolve(request.path_info).url_name
    except Resolver404:
        return False
    if request.method == "POST":
        return name == "set_language"
    return name in LOOKED_AT
