"""Who gets to a page of the pot."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import Http404, HttpRequest, HttpResponse

from mutualaid.fund import rules
from mutualaid.http import PersonRequest, found_while, private_page
from mutualaid.people.sign_in.second_factor import with_second_factor

P = ParamSpec("P")
View = Callable[Concatenate[PersonRequest, P], HttpResponse]


def may_send_receipt(request: HttpRequest) -> bool:
    """Whether a photo may come with this request: from whoever is signed in, where there are pots."""
    return request.user.is_authenticated and rules.has_pot()


while_there_is_a_pot = found_while(rules.has_pot)
"""Decorate a page behind a private link: it is a 404 while the group keeps no pot."""


def pot_page(view: View[P]) -> View[P]:
    """Decorate a private page of the pot: it is a 404 while the group keeps none."""
    return private_page(while_there_is_a_pot(view))


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
