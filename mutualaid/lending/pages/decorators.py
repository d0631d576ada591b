"""Who gets to a page about things: no one while the group passes on none."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from django.http import Http404, HttpRequest, HttpResponse

from mutualaid.http import PersonRequest, private_page
from mutualaid.lending.rules import is_on, may_list

P = ParamSpec("P")
R = TypeVar("R", bound=HttpRequest)


def while_on(
    view: Callable[Concatenate[R, P], HttpResponse],
) -> Callable[Concatenate[R, P], HttpResponse]:
    """Decorate a view: its page is not found while the group passes on no things."""

    @wraps(view)
    def wrapped(request: R, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not is_on():
            raise Http404
        return view(request, *args, **kwargs)

    return wrapped


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
