"""The kinds of message there are. A room that has something to say registers how it is composed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mutualaid.notify.recipient import Recipient

Url = str | Callable[[], str]
"""A callable is asked once for each message: a private link is made only when it is sent."""


class Group(TextChoices):
    """What a person can choose about. Kinds of one group are chosen, paused and refused together."""

    INVITATIONS = "invitations", _("Needs that fit you")
    TASKS = "tasks", _("What you took on")
    NEEDS = "needs", _("What you asked for")
    CARE = "care", _("Needs you look after")
    DIGEST = "digest", _("The week on the desk")
    SIGN_IN = "sign_in", _("Your account")
    TEAM_CHAT = "team_chat", _("The coordinators' room")


@dataclass(frozen=True)
class Message:
    """To whom, and what the words need. `urls` belong to the buttons of the kind.

    `desk` is the path at which a coordinator finds how to reach the person.
    """

    recipient: Recipient
    context: Mapping[str, Any] = field(default_factory=dict)
    urls: Mapping[str, Url] = field(default_factory=dict)
    desk: str = ""


class Answered(NamedTuple):
    """How it stands with a question that a text message asked and that cannot be answered so just now.

    `message` tells it, as `words` in its context; `word` is the reply that would say the same ("yes",
    "no"), or empty.
    """

    message: Message
    word: str = ""


Composer = Callable[[int], Message | None]
"""Takes the id of what the message is about. None: it is not to be sent any more."""


@dataclass(frozen=True)
class Kind:
    """One kind of message. Its words stand in templates/notify/<name>.txt.

    `by_phone`: where no channel is left, a coordinator rings. `replies` says which one-tap action
    the words YES and NO of a text message stand for, `answered` how it stands where that action is not
    possible. `is_invitation`: it invitations for something, and counts among
    the invitations of a week; others of that group are told at once, outside quiet hours. `asked_for`: its
    reader waits for it just now, so no door is closed to it. `forget` is called with the id of what
    it was about once it is sent, or will never be.
    """

    name: str
    label: str | Promise
    compose: Composer
    group: Group = Group.TASKS
    buttons: Mapping[str, str | Promise] = field(default_factory=dict)
    by_phone: bool = False
    is_invitation: bool = True
    asked_for: bool = False
    forget: Callable[[int], None] | None = None
    replies: Mapping[str, str] = field(default_factory=dict)
    answered: Callable[[int], Answered | None] = lambda about_id: None


_kinds: dict[str, Kind] = {}


def message_kind(name: str, label: str | Promise, **traits: Any) -> Callable[[Composer], Composer]:
    """Register the decorated function as the one that message_kind messages of the kind `name`.

    `label` is what coordinators call it; `traits` are those of `Kind`.
    """

    def register(composer: Composer) -> Composer:
        _kinds[name] = Kind(name, label, composer, **traits)
        return composer

    return register


def kind_named(name: str) -> Kind:
    """Raises `KeyError` for a kind that no room has registered."""
    return _kinds[name]


def all_kinds() -> list[Kind]:
    return list(_kinds.values())


def compose(kind: str, about_id: int) -> Message | None:
    """Return the message as things stand now, or None when nothing is to be said any more."""
    return _kinds[kind].compose(about_id)


def compose_if_there(kind: str, about_id: int) -> Message | None:
    """The same, and None also where what it was about is not there any more."""
    try:
        return compose(kind, about_id)
    except ObjectDoesNotExist:
        return None


def answered_if_there(kind: str, about_id: int) -> Answered | None:
    """How a question of this kind stands; None where what it was about is not there any more."""
    try:
        return _kinds[kind].answered(about_id)
    except ObjectDoesNotExist:
        return None


def label_of(kind: str) -> str:
    """What coordinators call messages of this kind."""
    return str(_kinds[kind].label) if kind in _kinds else kind
