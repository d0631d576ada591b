"""What someone came for when the sign-in stepped in: its page says so.

@errand(_need_on_board)  # takes the arguments of the view, and returns words, or "" where there are none
def help_need(request, public_id): …
"""

from collections.abc import Callable
from typing import TypeVar
from urllib.parse import urlsplit

from django.http import HttpRequest
from django.urls import Resolver404, resolve
from django.utils.http import url_has_allowed_host_and_scheme

View = TypeVar("View", bound=Callable[..., object])


def errand(describe: Callable[..., str]) -> Callable[[View], View]:
    """Mark a view: `describe` says in words anyone may read what its page is about."""

    def mark(view: View) -> View:
        view.errand = describe  # type: ignore[attr-defined]
        return view

    return mark


def errand_of(request: HttpRequest) -> str:
    """What the page is about to which this sign-in leads on; "" where no one has to know."""
    wanted = request.POST.get("next") or request.GET.get("next", "")
    if not url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}):
        return ""
    try:
        match = resolve(urlsplit(wanted).path)
    except (Resolver404, ValueError):
        return ""
    describe: Callable[..., str] | None = getattr(match.func, "errand", None)
    return describe(*match.args, **match.kwargs) if describe else ""
