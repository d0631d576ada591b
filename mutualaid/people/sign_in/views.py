"""Pages beside allauth's: signing up by phone, a second factor, a code again, what was typed, signing out."""

from typing import Any, cast

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import record_authentication
from allauth.account.views import BaseReauthenticateView
from allauth.account.views import EmailView as AnyEmailView
from allauth.mfa.webauthn.views import ReauthenticateWebAuthnView
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from mutualaid.forms.sent import SENT_AGAIN
from mutualaid.methods import post_only
from mutualaid.people.models import User
from mutualaid.people.sessions import end_sessions
from mutualaid.people.sign_in import by_phone, code_again, kept_forms, second_factor
from mutualaid.people.sign_in.code_forms import CodeForm
from mutualaid.people.sign_in.middleware import WANTED


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_up_by_phone(request: HttpRequest) -> HttpResponse:
    """Take the code that was sent to the phone of someone who signs up."""
    sent = by_phone.SIGN_UP.waiting(request)
    if sent is None or request.user.is_authenticated:
        return redirect("account_signup")
    form = CodeForm(request.POST or None, request=request, sent=by_phone.SIGN_UP)
    if request.method == "POST" and form.is_valid():
        return by_phone.finish(
            request, phone=sent["phone"], name=sent["name"], wanted=sent["wanted"]
        )
    if by_phone.SIGN_UP.waiting(request) is None:
        messages.error(request, get_adapter().error_messages["too_many_login_attempts"])
        return redirect("account_signup")
    return render(
        request, "account/sign_up_code.html", {"verify_form": form, "phone": sent["phone"]}
    )


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
    kept = kept_forms.kept_for(request, cast(User, request.user))
    context = {"kept": kept, "mark": SENT_AGAIN}
    return render(request, "account/kept_form.html", context)


@post_only("mfa_index")
def sign_out_everywhere(request: HttpRequest) -> HttpResponse:
    end_sessions([cast(User, request.user)])
    logout(request)
    messages.success(request, _("You are signed out on every device."))
    return redirect("home")


class ReauthenticateByCode(BaseReauthenticateView):  # type: ignore[misc]
    """Sends a code when asked to, and takes it."""

    form_class = CodeForm
    template_name = "account/reauthenticate_code.html"

    def get_form_kwargs(self) -> dict[str, Any]:
        return {
            **super().get_form_kwargs(),
            "request": self.request,
            "sent": code_again.CODE_AGAIN,
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "send" not in request.POST:
            return cast(HttpResponse, super().post(request, *args, **kwargs))
        user = cast(User, request.user)
        by_text = request.POST["send"] == "sms" or not user.email
        code_again.send(request, user, phone=_phone(user) if by_text else "")
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


class EmailView(AnyEmailView):  # type: ignore[misc]
    """The e-mails of an account. One is deleted, or becomes the first, under the lock of the account."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not {"action_remove", "action_primary"} & request.POST.keys():
            return cast(HttpResponse, super().post(request, *args, **kwargs))
        with transaction.atomic():
            User.objects.select_for_update(no_key=True).get(pk=cast(User, request.user).pk)
            return cast(HttpResponse, super().post(request, *args, **kwargs))
