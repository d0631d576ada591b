"""Who gets to a page about neighbouring groups."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from django.http import Http404, HttpRequest, HttpResponse

from mutualaid.partners.rules import has_partners

P = ParamSpec("P")
R = TypeVar("R", bound=HttpRequest)


def while_there_are_partners(
    view: Callable[Concatenate[R, P], HttpResponse],
) -> Callable[Concatenate[R, P], HttpResponse]:
    """Decorate a page: it is a 404 while the group does without neighbouring groups."""

    @wraps(view)
    def wrapped(request: R, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not has_partners():
            raise Http404
        return view(request, *args, **kwargs)

    return wrapped
