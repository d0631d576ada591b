"""Pages beside allauth's: setting up a second factor, one more code, what was typed, signing out."""

from typing import Any, cast

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import record_authentication
from allauth.account.views import BaseReauthenticateView
from allauth.core import ratelimit
from allauth.mfa.webauthn.views import ReauthenticateWebAuthnView
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from mutualaid.people.models import User
from mutualaid.people.sessions import end_sessions
from mutualaid.people.sign_in import code_again, kept_forms, second_factor
from mutualaid.people.sign_in.middleware import WANTED

WRONG_CODE = gettext_lazy("This is not the code we sent. Look at it once more.")


@require_safe
def set_up(request: HttpRequest) -> HttpResponse:
    """Explain the second factor to staff who have none yet, and lead to its two kinds."""
    if second_factor.has_factor(cast(User, request.user)):
        return redirect("mfa_index")
    return render(request, "account/second_factor.html")


@require_safe
def go_on(request: HttpRequest) -> HttpResponse:
    """Lead to the page that was wanted before the second factor was set up. The middleware wrote it down."""
    return redirect(str(request.session.get(WANTED) or settings.LOGIN_REDIRECT_URL))


@require_safe
def kept_form(request: HttpRequest) -> HttpResponse:
    """Show what waits to be sent once more. Nothing is written before it is."""
    context = {"kept": kept_forms.kept_for(cast(User, request.user)), "mark": kept_forms.SENT_AGAIN}
    return render(request, "account/kept_form.html", context)


@require_POST
def sign_out_everywhere(request: HttpRequest) -> HttpResponse:
    end_sessions([cast(User, request.user)])
    logout(request)
    messages.success(request, _("You are signed out on every device."))
    return redirect("home")


class CodeForm(forms.Form):
    code = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "dir": "ltr"}),
        error_messages={"required": gettext_lazy("Write the code here.")},
    )

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request

    def clean_code(self) -> str:
        """Raises `ValidationError` unless it is the code that was sent."""
        code = str(self.cleaned_data["code"])
        if not code_again.accept(self.request, code):
            raise ValidationError(WRONG_CODE)
        return code


class ReauthenticateByCode(BaseReauthenticateView):  # type: ignore[misc]
    """Sends a code when asked to, and takes it."""

    form_class = CodeForm
    template_name = "account/reauthenticate_code.html"

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "request": self.request}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "send" not in request.POST:
            return cast(HttpResponse, super().post(request, *args, **kwargs))
        user = cast(User, request.user)
        key = f"again-{user.pk}"
        if not ratelimit.consume(request, action="request_login_code", key=key):
            return render(request, "429.html", status=429)
        code_again.send(request, user, phone=_phone(user) if request.POST["send"] == "sms" else "")
        return redirect(self.passthrough_next_url(request.path))

    def form_valid(self, form: forms.Form) -> HttpResponse:
        user = cast(User, self.request.user)
        record_authentication(self.request, user, "code", reauthenticated=True)
        return cast(HttpResponse, super().form_valid(form))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = cast(User, self.request.user)
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {
            "is_sent": code_again.is_under_way(self.request),
            "phone": _phone(user),
            "email": user.email,
        }


class ReauthenticateByPasskey(ReauthenticateWebAuthnView):  # type: ignore[misc]
    """Asks once more where a passkey did not work; allauth's own forgets where one wanted to go."""

    def form_invalid(self, form: forms.Form) -> HttpResponse:
        return cast(HttpResponse, self.render_to_response(self.get_context_data()))


def _phone(user: User) -> str:
    """The phone to which a code may be sent by text; "" where there is none."""
    phone, is_confirmed = get_adapter().get_phone(user) or ("", False)
    return str(phone) if is_confirmed and settings.SMS_URL else ""
