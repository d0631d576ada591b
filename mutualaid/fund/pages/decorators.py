"""Who gets to a page of the pot."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import Http404, HttpRequest, HttpResponse

from mutualaid.fund import rules
from mutualaid.http import PersonRequest, private_page
from mutualaid.people.sign_in.second_factor import with_second_factor

P = ParamSpec("P")
View = Callable[Concatenate[PersonRequest, P], HttpResponse]


def may_send_receipt(request: HttpRequest) -> bool:
    """Whether a photo may come with this request: from whoever is signed in, where there are pots."""
    return request.user.is_authenticated and rules.has_pot()


def pot_page(view: View[P]) -> View[P]:
    """Decorate a private page of the pot: it is a 404 while the group keeps none."""

    @private_page
    @wraps(view)
    def wrapped(request: PersonRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not rules.has_pot():
            raise Http404
        return view(request, *args, **kwargs)

    return wrapped


def while_there_is_a_pot(
    view: Callable[Concatenate[HttpRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Decorate a page behind a private link: it is a 404 while the group keeps no pot."""

    @wraps(view)
    def wrapped(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not rules.has_pot():
            raise Http404
        return view(request, *args, **kwargs)

    return wrapped


def approver_page(view: View[P]) -> View[P]:
    """Decorate a page for those who say yes to money: for anyone else it does not exist.

    As the admin does, it opens only to a session in which a second factor was used.
    """

    @with_second_factor
    @pot_page
    @wraps(view)
    def wrapped(request: PersonRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not rules.is_approver(request.user):
            raise Http404
        return view(request, *args, **kwargs)

    return wrapped
