"""How allauth stores a new account. Its mail is sent by `notify.account_mail`, an app above this one."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.utils.translation import get_language

from mutualaid.people.models import Role, User
from mutualaid.people.roles import add_role


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Stores a new account with its name, its language, and the role of a neighbour."""

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        user.name = form.cleaned_data.get("name", "")
        user.language = get_language() or ""
        saved: User = super().save_user(request, user, form, commit)
        add_role(saved, Role.NEIGHBOUR)
        return saved
