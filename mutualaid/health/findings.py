"""What a look at one part of the site found."""

from enum import IntEnum
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

Text = str | Promise
"""Read in the language of whoever reads it: the look itself is in a thread of its own."""


class State(IntEnum):
    """The worse, the higher."""

    OK = 0
    LATE = 1
    BROKEN = 2

    @property
    def label(self) -> Text:
        return (_("fine"), _("slow"), _("broken"))[self]


class Finding(NamedTuple):
    """`name` may be shown to anyone; `title`, `reason` and `advice` are for the people of the group."""

    name: str
    title: Text
    state: State = State.OK
    reason: Text = ""
    advice: Text = ""

    @property
    def is_ok(self) -> bool:
        return self.state is State.OK

    @property
    def sentence(self) -> str:
        return str(format_lazy("{}: {} {}", self.title, self.reason, self.advice))
