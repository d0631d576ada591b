"""What follows when someone signs in, or when their ways to sign in change; the security log of it."""

import time
from typing import Any

from allauth.account import signals as account_signals
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa import app_settings as mfa_settings
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db import transaction
from django.dispatch import receiver
from django.http import HttpRequest

from mutualaid.admin.history import write_history
from mutualaid.people.models import User
from mutualaid.people.security_log import Event, note
from mutualaid.people.sessions import end_sessions
from mutualaid.people.sign_in import second_factor
from mutualaid.people.sign_in.middleware import SEEN_AT, SIGNED_IN_AT
from mutualaid.people.signals import ways_to_sign_in_changed


@receiver(user_logged_in)
def on_signed_in(request: HttpRequest, **_: Any) -> None:
    request.session[SIGNED_IN_AT] = request.session[SEEN_AT] = time.time()


@receiver(user_logged_in)
def note_signed_in(request: HttpRequest, user: User, **_: Any) -> None:
    note(Event.SIGNED_IN, user=user, request=request)


@receiver(account_signals.user_logged_in)
def on_staff_signed_in(user: User, **_: Any) -> None:
    """Write it into the history of the team as well, where coordinators and auditors read it."""
    if user.is_staff:
        write_history(user, by=user, words="signed in")


@receiver(user_logged_out)
def note_signed_out(request: HttpRequest, user: User | None, **_: Any) -> None:
    if user is not None:
        note(Event.SIGNED_OUT, user=user, request=request)


@receiver(user_login_failed)
def note_failed(request: HttpRequest | None = None, **_: Any) -> None:
    """Nothing of what was typed: it is often a password in the wrong box."""
    note(Event.SIGN_IN_FAILED, request=request)


@receiver(account_signals.authentication_step_completed)
def note_step(
    request: HttpRequest, user: User, method: str, reauthenticated: bool = False, **_: Any
) -> None:
    if method == "mfa":
        note(Event.SECOND_FACTOR_USED, user=user, request=request)
    if reauthenticated:
        request.session.cycle_key()  # whoever had seen the old one is out
        note(Event.PROVED_AGAIN, user=user, request=request)


@receiver(
    [
        account_signals.password_set,
        account_signals.password_changed,
        account_signals.password_reset,
    ]
)
def note_password(request: HttpRequest, user: User, **_: Any) -> None:
    note(Event.PASSWORD_CHANGED, user=user, request=request)


@receiver(ways_to_sign_in_changed)
def note_factor(user: User, **_: Any) -> None:
    note(Event.SECOND_FACTOR_CHANGED, user=user)


@receiver(authenticator_added)
@transaction.atomic
def on_factor_added(
    request: HttpRequest, user: User, authenticator: Authenticator, **_: Any
) -> None:
    """Count it as used in this session: whoever set it up has just shown that it works.

    Sessions elsewhere end, for none of them has seen it.
    """
    if authenticator.type not in second_factor.FACTORS:
        return
    if authenticator.type == Authenticator.Type.TOTP:
        authenticator.data["last_counter"] = int(time.time()) // mfa_settings.TOTP_PERIOD
        authenticator.save(update_fields=["data"])  # the code that set it up is used
    record_authentication(request, user, "mfa", id=authenticator.pk, type=authenticator.type)
    _tell_and_end_others(request, user)


@receiver([authenticator_removed, authenticator_reset])
@transaction.atomic
def on_factor_changed(request: HttpRequest, user: User, **_: Any) -> None:
    """Count what was used before no more, where it was removed."""
    second_factor.forget_removed(request, user)
    _tell_and_end_others(request, user)


def _tell_and_end_others(request: HttpRequest, user: User) -> None:
    end_sessions([user], but=request.session.session_key)
    ways_to_sign_in_changed.send(sender=User, user=user)
