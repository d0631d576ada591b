"""Who gets to a page about neighbouring groups."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import Http404, HttpRequest, HttpResponse

from mutualaid.partners.rules import has_partners

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def while_there_are_partners(view: View[P]) -> View[P]:
    """Decorate a page: it is a 404 while the group does without neighbouring groups."""

    @wraps(view)
    def wrapped(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not has_partners():
            raise Http404
        return view(request, *args, **kwargs)

    return wrapped
