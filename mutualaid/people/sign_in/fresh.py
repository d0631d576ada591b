"""Pages that need a fresh sign-in: whoever finds a browser open must not take or change what matters most."""

from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar, cast

from allauth.account.authentication import get_authentication_records
from django.http import HttpRequest

from mutualaid.people.models import User
from mutualaid.people.sign_in import second_factor
from mutualaid.people.sign_in.clock import is_within

FRESH = timedelta(minutes=10)
"""How long a sign-in is fresh. Assumed, not measured: long enough for one errand (ADR 49)."""

ONLY_LOOKING = ("GET", "HEAD", "OPTIONS", "TRACE")
View = TypeVar("View", bound=Callable[..., object])
OF_ALLAUTH = {
    "account_email",
    "account_change_password",
    "account_set_password",
    "mfa_activate_totp",
    "mfa_deactivate_totp",
    "mfa_generate_recovery_codes",
    "mfa_view_recovery_codes",
    "mfa_add_webauthn",
    "mfa_edit_webauthn",
    "mfa_remove_webauthn",
}
"""Pages of allauth that need it, by the names of their URLs. They are their own way back."""
SHOWN_FRESH_ONLY = {name for name in OF_ALLAUTH if name.startswith("mfa_")}
"""Those of them that need it for being looked at: they show secrets, or begin to make them."""


def fresh_sign_in(*, back: str) -> Callable[[View], View]:
    """Mark a view: to write by it needs a fresh sign-in. The middleware keeps it.

    `back` names the URL of the page with its form, to which its user comes back.
    """

    def mark(view: View) -> View:
        view.fresh_sign_in = back  # type: ignore[attr-defined]
        return view

    return mark


def is_fresh(request: HttpRequest) -> bool:
    """Whether whoever is signed in has just proven who they are: by their second factor, if they have one."""
    user = cast(User, request.user)
    records = get_authentication_records(request, user)
    lately = [record.get("method") for record in records if is_within(record.get("at"), FRESH)]
    return "mfa" in lately or (bool(lately) and not second_factor.is_asked_at_sign_in(user))


def way_back_of(request: HttpRequest, view: Callable[..., object]) -> str | None:
    """The name of the URL to come back to, "" for the same address; None where no fresh sign-in is needed."""
    match = request.resolver_match
    name = match.url_name if match else None
    only_looks = request.method in ONLY_LOOKING
    if name in OF_ALLAUTH and (not only_looks or name in SHOWN_FRESH_ONLY):
        return ""
    if only_looks:
        return None
    model_admin = getattr(view, "model_admin", None)
    if getattr(model_admin, "fresh_sign_in", False):
        return ""
    back = getattr(view, "fresh_sign_in", None)
    return back if isinstance(back, str) else None
