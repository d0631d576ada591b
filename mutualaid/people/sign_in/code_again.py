"""A code to prove once more who one is, for whoever has neither a password nor a second factor at hand."""

from allauth.account.adapter import get_adapter
from django.http import HttpRequest

from mutualaid.people.models import User
from mutualaid.people.sign_in.sent_codes import SentCode

CODE_AGAIN = SentCode("code_again", tries=3)


def send(request: HttpRequest, user: User, *, phone: str = "") -> None:
    """Send a new code by text to `phone`, or else by mail; one that was sent before no longer works.

    To an account with neither nothing is sent.
    """
    adapter = get_adapter(request)
    code: str = adapter.generate_login_code()
    CODE_AGAIN.keep(request, code)
    if phone:
        adapter.send_verification_code_sms(user=user, phone=phone, code=code)
    elif user.email:
        adapter.send_mail("account/email/login_code", user.email, {"code": code})


def is_under_way(request: HttpRequest) -> bool:
    """Whether a code was sent that still works."""
    return CODE_AGAIN.waiting(request) is not None
