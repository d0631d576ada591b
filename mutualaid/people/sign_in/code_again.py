"""A code to prove once more who one is, for whoever has neither a password nor a second factor at hand."""

import time
from datetime import timedelta

from allauth.account.adapter import get_adapter
from allauth.core.internal.cryptokit import compare_user_code
from django.conf import settings
from django.http import HttpRequest

from mutualaid.people.models import User
from mutualaid.people.sign_in.clock import is_within

SESSION_KEY = "code_again"
TRIES = 3
LIFE = timedelta(seconds=settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT)


def send(request: HttpRequest, user: User, *, phone: str = "") -> None:
    """Send a new code by text to `phone`, or else by mail; one that was sent before no longer works."""
    adapter = get_adapter(request)
    code: str = adapter.generate_login_code()
    request.session[SESSION_KEY] = {"code": code, "at": time.time(), "tries": TRIES}
    if phone:
        adapter.send_verification_code_sms(user=user, phone=phone, code=code)
    else:
        adapter.send_mail("account/email/login_code", user.email, {"code": code})


def is_under_way(request: HttpRequest) -> bool:
    """Whether a code was sent that still works."""
    sent = request.session.get(SESSION_KEY) or {}
    return sent.get("tries", 0) > 0 and is_within(sent.get("at"), LIFE)


def accept(request: HttpRequest, typed: str) -> bool:
    """Whether `typed` is the code; counts a wrong one, and forgets the right one."""
    if not is_under_way(request):
        return False
    sent = request.session[SESSION_KEY]
    if compare_user_code(actual=typed, expected=sent["code"]):
        del request.session[SESSION_KEY]
        return True
    request.session[SESSION_KEY] = {**sent, "tries": sent["tries"] - 1}
    return False
