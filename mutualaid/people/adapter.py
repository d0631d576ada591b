"""How allauth stores a new account. Its mail is sent by `notify.account_mail`, an app above this one."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from django.http import HttpRequest
from django.utils.translation import get_language

from mutualaid.people.models import Role, User
from mutualaid.people.ratelimit import codes_exceeded_until, network_of, too_often
from mutualaid.people.roles import add_role


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Stores a new account with its name, its language, and the role of a neighbour; limits codes."""

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        user.name = form.cleaned_data.get("name", "")
        user.language = get_language() or ""
        saved: User = super().save_user(request, user, form, commit)
        add_role(saved, Role.NEIGHBOUR)
        return saved

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return the network, so that the limits of allauth's own count by the same."""
        return network_of(request)

    def check_may_send_code(self, email: str) -> None:
        """Count one code to this address, once for each request.

        Raises `ImmediateHttpResponse` over a limit, with the page that says when to come again.
        """
        request: HttpRequest = self.request
        if getattr(request, "has_counted_code", False):
            return
        if again_at := codes_exceeded_until(request, email):
            raise ImmediateHttpResponse(too_often(request, again_at, has_code=True))
        request.has_counted_code = True  # type: ignore[attr-defined]
