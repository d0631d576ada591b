"""The terms in which the table is written: what stays, what is emptied, what is removed, and when."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.functional import Promise

from mutualaid.policy.current import current_policy

Words = str | Promise

ASK = "requests_app.Ask"
NEED = "requests_app.Need"
ACCOUNT = "people.User"
OWNERS = {ASK: "public_id", NEED: "public_id", ACCOUNT: "id"}
"""Whose rows go together, and by which id the ledger knows them. All have `created_at` and `erased_at`."""


@dataclass(frozen=True)
class With:
    """Together with a row of `owner`, to which `path` leads from here."""

    owner: str
    path: str


@dataclass(frozen=True)
class After:
    """By a clock of its own: so many days after `moment` as the policy's field `period` says, at once
    without one.

    `only` narrows the rows.
    """

    moment: str
    period: str = ""
    only: Mapping[str, object] = field(default_factory=dict)

    @property
    def days(self) -> int:
        return int(getattr(current_policy(), self.period)) if self.period else 0


End = With | After


@dataclass(frozen=True)
class Keep:
    """These fields stay: ids, counts and times, or what says nothing about anybody."""

    fields: str
    words: Words = ""


@dataclass(frozen=True)
class Empty:
    """These fields are emptied; the row stays as an anonymous count. `words` name them to the public."""

    fields: str
    end: End
    words: Words


@dataclass(frozen=True)
class Remove:
    """The rows go altogether; all their fields are named."""

    fields: str
    end: End
    words: Words


@dataclass(frozen=True)
class Whole:
    """The row of `owner` itself has a clock; with it goes all that ends together with it.

    Not where one of `unless` holds.
    """

    owner: str
    end: After
    words: Words
    unless: Mapping[str, object] = field(default_factory=dict)
    fields: str = ""


Part = Keep | Empty | Remove | Whole
