"""The kinds of message there are. Each app registers its own with `message_kind`."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypedDict, Unpack

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mutualaid.notify.recipient import Recipient

Url = str | Callable[[], str]
"""A callable is called once for each message: a private link is made only when it is sent."""


class Group(TextChoices):
    """What a person can choose about. All kinds of one group are chosen and unsubscribed from together."""

    INVITATIONS = "invitations", _("Needs that fit you")
    TASKS = "tasks", _("Your tasks")
    NEEDS = "needs", _("What you asked for")
    CARE = "care", _("Needs you look after")
    DIGEST = "digest", _("The week on the desk")
    DECISIONS = "decisions", _("What we decide together")
    HOURS = "hours", _("Hours we note")
    SIGN_IN = "sign_in", _("Your account")
    GROUP_ENDS = "group_ends", _("Whether our group goes on")
    BREAKS = "breaks", _("Whether you want a break")
    TEAM_CHAT = "team_chat", _("The coordinators' room")

    @property
    def can_be_ended(self) -> bool:
        """Whether a link in its messages ends all of its kinds; a word to stop all messages does always."""
        return self != Group.GROUP_ENDS


@dataclass(frozen=True)
class Message:
    """To whom, and the context its template needs. `urls` are by the names of the buttons of its kind.

    `contact_page` is the path at which a coordinator finds how to reach the person, `answer_page` that at
    which they note what the person answers, where it asks something.
    """

    recipient: Recipient
    context: Mapping[str, Any] = field(default_factory=dict)
    urls: Mapping[str, Url] = field(default_factory=dict)
    contact_page: str = ""
    answer_page: str = ""


class Answered(NamedTuple):
    """Where a question stands that was asked by text message, for someone whose reply is not possible now.

    `message` says it, as `words` in its context. `word` is the reply that would say the same ("yes" or
    "no"), "" where neither does.
    """

    message: Message
    word: str = ""


Composer = Callable[[int], Message | None]
"""Takes the id of what the message is about; returns None where it is not to be sent any more."""


@dataclass(frozen=True)
class Kind:
    """One kind of message. Its template is templates/notify/<name>.txt: the subject, then the text.

    `label` is what coordinators call it. `buttons` are labels by the names that `Message.urls` uses.
    `by_phone`: where no channel is left, a coordinator rings. `replies` names the one-tap actions that
    the replies "yes" and "no" to a text message stand for; `answered` says where the question stands when
    that action is not possible. `is_invitation`: it counts among the invitations of a week; the others of
    that group are sent at once, outside quiet hours. `by_day`: it wakes no one, it waits for the end of the
    quiet hours, the reader's own or else the group's. `asked_for`: its reader waits for it just now, so no
    suppression applies. `is_private`: only its reader learns of it; no list of the team shows that it was
    written. `forget` is called with the id of what it was about once it is sent or given up.
    """

    name: str
    label: str | Promise
    compose: Composer
    group: Group = Group.TASKS
    buttons: Mapping[str, str | Promise] = field(default_factory=dict)
    by_phone: bool = False
    is_invitation: bool = True
    by_day: bool = False
    asked_for: bool = False
    is_private: bool = False
    forget: Callable[[int], None] | None = None
    replies: Mapping[str, str] = field(default_factory=dict)
    answered: Callable[[int], Answered | None] = lambda about_id: None

    @property
    def about(self) -> str:
        """What it is about, as the parameter of its composer says: "need" for `need_id`."""
        (parameter,) = inspect.signature(self.compose).parameters
        return parameter.removesuffix("_id")


_kinds: dict[str, Kind] = {}


class KindTraits(TypedDict, total=False):
    """What may be said of a kind besides its name and label: see `Kind`."""

    group: Group
    buttons: Mapping[str, str | Promise]
    by_phone: bool
    is_invitation: bool
    by_day: bool
    asked_for: bool
    is_private: bool
    forget: Callable[[int], None]
    replies: Mapping[str, str]
    answered: Callable[[int], Answered | None]


def message_kind(
    name: str, label: str | Promise, **traits: Unpack[KindTraits]
) -> Callable[[Composer], Composer]:
    """Register the decorated function as the one that composes messages of the kind `name`."""

    def register(composer: Composer) -> Composer:
        _kinds[name] = Kind(name, label, composer, **traits)
        return composer

    return register


def kind_named(name: str) -> Kind:
    """The kind of this name. Raises `KeyError` for one that no app has registered."""
    return _kinds[name]


def known_kind(name: str) -> Kind | None:
    """The kind of this name; None for one that is not registered any more, as a row may outlive its kind."""
    return _kinds.get(name)


def all_kinds() -> list[Kind]:
    return list(_kinds.values())


def private_kinds() -> list[str]:
    """The names of the kinds of which no one but their reader learns."""
    return [kind.name for kind in all_kinds() if kind.is_private]


def kinds_about(thing: str, *groups: Group) -> list[str]:
    """The names of all kinds about a thing, such as "need", of these groups of messages or of all."""
    return [
        kind.name
        for kind in all_kinds()
        if kind.about == thing and (not groups or kind.group in groups)
    ]


def compose(kind: str, about_id: int) -> Message | None:
    """The message as things stand now, or None where nothing is to be said any more.

    Raises `KeyError` for a kind that no app has registered, and `ObjectDoesNotExist` where what it was
    about is gone and its composer does not expect that.
    """
    return _kinds[kind].compose(about_id)


def compose_if_there(kind: str, about_id: int) -> Message | None:
    """As `compose`, and None also where what it was about, or its kind, is not there any more."""
    try:
        return compose(kind, about_id) if kind in _kinds else None
    except ObjectDoesNotExist:
        return None


def answered_if_there(kind: str, about_id: int) -> Answered | None:
    """Where a question of this kind stands; None where what it was about, or it, is not there any more."""
    try:
        return _kinds[kind].answered(about_id) if kind in _kinds else None
    except ObjectDoesNotExist:
        return None


def label_of(kind: str) -> str:
    """What coordinators call messages of this kind; its name for one that is not registered any more."""
    return str(_kinds[kind].label) if kind in _kinds else kind
