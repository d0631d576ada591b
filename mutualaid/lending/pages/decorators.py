"""Who gets to a page about things: no one while the group passes on none."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import Http404, HttpResponse

from mutualaid.http import PersonRequest, found_while, private_page
from mutualaid.lending.rules import is_on, may_list

P = ParamSpec("P")


while_on = found_while(is_on)
"""Decorate a view: its page is not found while the group passes on no things."""


def my_page(
    view: Callable[Concatenate[PersonRequest, P], HttpResponse],
) -> Callable[Concatenate[PersonRequest, P], HttpResponse]:
    """Decorate a page of one's own things: it is not found by whom the group has blocked either."""

    @private_page
    @while_on
    @wraps(view)
    def wrapped(request: PersonRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not may_list(request.user):
            raise Http404
        return view(request, *args, **kwargs)

    return wrapped
