"""Links that do one thing in one tap: signed, expiring, and nothing happens before a POST.

Mail scanners open links; a GET shows a page with one button. The link stands for the person it was
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

SALT = "notify.one-tap"


class Said(NamedTuple):
    """What is told after the tap, and where it goes on."""

    words: str
    url: str = ""
    label: str = ""


Do = Callable[[int, User | None], Said]
"""Takes the id of what it is about and the person, None for a neighbour without an account."""
About = Callable[[int], str]
"""One line on what it is about, for the page with the button."""


@dataclass(frozen=True)
class Tap:
    name: str
    question: str | Promise
    button: str | Promise
    do: Do
    about: About

    def take(self, about_id: int, user: User | None) -> Said:
        """Do it; said kindly where what it is about is not there any more."""
        try:
            return self.do(about_id, user)
        except ObjectDoesNotExist:
            return Said(_("This has changed in the meantime."))


class Tapped(NamedTuple):
    tap: Tap
    about_id: int
    user: User | None

    def about(self) -> str:
        return self.tap.about(self.about_id)

    def do(self) -> Said:
        return self.tap.take(self.about_id, self.user)


_taps: dict[str, Tap] = {}


def taps(
    name: str,
    *,
    question: str | Promise,
    button: str | Promise,
    about: About = lambda about_id: "",
) -> Callable[[Do], Do]:
    """Register the decorated function as what happens on a tap on the link `name`."""

    def register(do: Do) -> Do:
        _taps[name] = Tap(name, question, button, do, about)
        return do

    return register


def tap_named(name: str) -> Tap:
    """Raises `KeyError` for a name that no room has registered."""
    return _taps[name]


def tap_url(name: str, about_id: int, user: User | None = None) -> str:
    """A link for some days. What it stands for can be read in it, and not be changed."""
    token = _signer().sign(f"{name}.{about_id}.{user.pk if user else ''}")
    return settings.SITE_URL + reverse("notify_tap", args=[token])


def read_tap(token: str) -> Tapped | None:
    """What a link stands for; None when it is not ours, too old, or its person is gone."""
    age = timedelta(days=settings.ONE_TAP_DAYS)
    try:
        name, about_id, user_id = _signer().unsign(token, max_age=age).split(".")
        user = User.objects.get(pk=user_id, is_active=True) if user_id else None
        return Tapped(_taps[name], int(about_id), user)
    except (signing.BadSignature, ValueError, KeyError, User.DoesNotExist):
        return None


def _signer() -> signing.TimestampSigner:
    return signing.TimestampSigner(salt=SALT)
