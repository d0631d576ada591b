"""One-tap actions: signed, expiring links that do one thing after a POST (ADR 19).

Mail scanners open links, so a GET shows a page with one button. The link stands for the person it was
sent to, whoever is signed in; what it shows never includes contact details.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple

from django.conf import settings
from django.core import signing
from django.core.exceptions import ObjectDoesNotExist
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from mutualaid.people.models import User
from mutualaid.policy.current import current_policy

SALT = "notify.one-tap"


class Outcome(NamedTuple):
    """What a person is told after a one-tap action, and the link (`url`, `label`) with which they go on.

    `is_done`: whether what they answered holds now. Where it does not, `text` says how it stands.
    """

    text: str | Promise
    url: str = ""
    label: str | Promise = ""
    is_done: bool = True


Do = Callable[[int, User | None], Outcome]
"""Takes the id of what it is about and the person the link was sent to, None without an account."""
About = Callable[[int], str]
"""Takes the id of what it is about; returns one line on it for the page with the button, or ""."""


Missed = Callable[[int, User | None], Outcome | None]
"""Takes the same; returns how it stands where it cannot be done any more, None while it can."""


@dataclass(frozen=True)
class OneTapAction:
    """What is registered under one name, with the question and the button of its page."""

    name: str
    question: str | Promise
    button: str | Promise
    do: Do
    about: About
    missed: Missed

    def take(self, about_id: int, user: User | None) -> Outcome:
        """Do it; the outcome says kindly where what it is about is not there any more."""
        try:
            return self.do(about_id, user)
        except ObjectDoesNotExist:
            return Outcome(_("This has changed in the meantime."), is_done=False)


class SignedAction(NamedTuple):
    """What one link stands for."""

    action: OneTapAction
    about_id: int
    user: User | None

    def about(self) -> str:
        return self.action.about(self.about_id)

    def missed(self) -> Outcome | None:
        """How it stands, if it is too late to ask the question; it only reads."""
        return self.action.missed(self.about_id, self.user)

    def take(self) -> Outcome:
        return self.action.take(self.about_id, self.user)


_actions: dict[str, OneTapAction] = {}


def one_tap_action(
    name: str,
    *,
    question: str | Promise,
    button: str | Promise,
    about: About = lambda about_id: "",
    missed: Missed = lambda about_id, user: None,
) -> Callable[[Do], Do]:
    """Register the decorated function as what happens when someone taps the button of a link `name`."""

    def register(do: Do) -> Do:
        _actions[name] = OneTapAction(name, question, button, do, about, missed)
        return do

    return register


def action_named(name: str) -> OneTapAction:
    """The action of this name. Raises `KeyError` for one that no app has registered."""
    return _actions[name]


def one_tap_url(name: str, about_id: int, user: User | None = None) -> str:
    """A link that works for `one_tap_days`. What it stands for can be read in it, and not be changed."""
    token = _signer().sign(f"{name}.{about_id}.{user.pk if user else ''}")
    return settings.SITE_URL + reverse("notify_one_tap", args=[token])


def read_one_tap_token(token: str) -> SignedAction | None:
    """What a link stands for; None where it is not ours, too old, or its person has left."""
    age = timedelta(days=current_policy().one_tap_days)
    try:
        name, about_id, user_id = _signer().unsign(token, max_age=age).split(".")
        user = User.objects.active().get(pk=user_id) if user_id else None
        return SignedAction(_actions[name], int(about_id), user)
    except (signing.BadSignature, ValueError, KeyError, User.DoesNotExist):
        return None


def _signer() -> signing.TimestampSigner:
    return signing.TimestampSigner(salt=SALT)
