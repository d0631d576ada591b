"""A second factor as its owner has it in hand: an app that shows codes, a sheet with recovery codes."""

import time

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value

from mutualaid.people.models import User

SECRET = "JBSWY3DPEHPK3PXP"


def app_code(secret: str = SECRET, *, steps: int = 0) -> str:
    """What the app shows now, or so many steps of half a minute later."""
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps)))


def has_app(user: User) -> list[str]:
    """Set up an app for `user`; return their recovery codes."""
    TOTP.activate(user, SECRET)
    codes: list[str] = RecoveryCodes.activate(user).get_unused_codes()
    return codes


def factors_of(user: User) -> list[str]:
    return sorted(Authenticator.objects.filter(user=user).values_list("type", flat=True))
