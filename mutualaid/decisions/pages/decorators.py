"""What every page of decisions does first."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse

from mutualaid.http import PersonRequest, private_page
from mutualaid.policy.current import current_policy

P = ParamSpec("P")
R = TypeVar("R", bound=HttpRequest)


def while_we_decide(
    view: Callable[Concatenate[R, P], HttpResponse],
) -> Callable[Concatenate[R, P], HttpResponse]:
    """Decorate a view for everyone: there is no such page where the group does not decide together.

    Raises `Http404` there.
    """

    @login_not_required
    @private_page
    @wraps(view)
    def wrapped(request: R, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not current_policy().has_decisions:
            raise Http404
        return view(request, *args, **kwargs)

    return wrapped


def with_account(
    view: Callable[Concatenate[PersonRequest, P], HttpResponse],
) -> Callable[Concatenate[PersonRequest, P], HttpResponse]:
    """Decorate a view for whoever is signed in; the sign-in comes only where there is such a page at all."""

    @while_we_decide
    @wraps(view)
    def wrapped(request: PersonRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        return view(request, *args, **kwargs)

    return wrapped
