"""Signing up with a phone alone: a code by text first, and an account only for whoever has read it.

Who types a number is told the same whether an account has it or not. Who reads the code there signs in:
to the account that has the number, or to a new one (ADR 54).
"""

from typing import cast

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from allauth.account.utils import get_next_redirect_url
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from mutualaid.people.sign_in.sent_codes import SentCode

SIGN_UP = SentCode("sign_up_by_phone", tries=10)
"""More tries than elsewhere: a number that is new here gets no second text that day."""


def send_code(request: HttpRequest, *, phone: str, name: str) -> HttpResponse:
    """Text a code to `phone`, and lead to the page that takes it.

    Whoever asks again for the same number goes on with the same code: the second text may not go, and the
    first may still be on its way. Raises `ImmediateHttpResponse` over a limit on codes.
    """
    adapter = get_adapter(request)
    sent = SIGN_UP.waiting(request)
    if sent is None or sent["phone"] != phone:
        sent = SIGN_UP.keep(request, adapter.generate_login_code(), phone=phone)
    adapter.send_verification_code_sms(user=None, phone=phone, code=sent["code"])
    wanted = get_next_redirect_url(request) or ""
    request.session[SIGN_UP.key] = {**sent, "name": name, "wanted": wanted}
    return redirect("sign_up_by_phone")


def finish(request: HttpRequest, *, phone: str, name: str, wanted: str) -> HttpResponse:
    """Sign in whoever has just shown that `phone` is theirs, and lead on to `wanted`."""
    user = get_adapter(request).account_with_phone(phone, name=name)
    record_authentication(request, user, method="code", phone=phone)
    login = Login(user=user, redirect_url=wanted or None)
    return cast(HttpResponse, perform_login(request, login))
