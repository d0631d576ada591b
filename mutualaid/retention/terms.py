"""What the table is written in: what stays, what is emptied, what is removed, and when."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

from django.utils.functional import Promise

from mutualaid.policy.current import current_policy

Label = str | Promise
"""A phrase for the public page."""

ASK = "requests_app.Ask"
NEED = "requests_app.Need"
ACCOUNT = "people.User"
OWNERS = {ASK: "public_id", NEED: "public_id", ACCOUNT: "id"}
"""Rows with which others are erased → the field by which the ledger knows them.

All have `created_at` and `erased_at`.
"""


@dataclass(frozen=True)
class With:
    """Erased together with a row of `owner`, to which the lookup `path` leads from the row itself.

    `known_as`: what stands there for the id of that row, if not the id itself. `only` are lookups that
    narrow the rows.
    """

    owner: str
    path: str
    known_as: Callable[[int], object] = int
    only: Mapping[str, object] = field(default_factory=dict)

    def lookups(self, pks: Collection[int]) -> dict[str, object]:
        """Return the lookups for the rows that end together with these of `owner`."""
        return {f"{self.path}__in": [self.known_as(pk) for pk in pks], **self.only}


@dataclass(frozen=True)
class After:
    """Erased by a clock of its own: as many days after `moment` as the policy's field `period` says.

    Without a period at once, and never before `least` days. `only` are lookups that narrow the rows, and
    `unless` those of rows that end by another line. As long as `while_any`, a model, has a row with these
    lookups, all of them stay.
    """

    moment: str
    period: str = ""
    only: Mapping[str, object] = field(default_factory=dict)
    unless: Mapping[str, object] = field(default_factory=dict)
    while_any: tuple[str, Mapping[str, object]] | None = None
    least: int = 0

    @property
    def days(self) -> int:
        of_policy = int(getattr(current_policy(), self.period)) if self.period else 0
        return max(self.least, of_policy)


End = With | After


@dataclass(frozen=True)
class Keep:
    """These fields stay: ids, counts and times, or what says nothing about anyone."""

    fields: str
    label: Label = ""


@dataclass(frozen=True)
class Empty:
    """These fields are emptied; the row stays as an anonymous count."""

    fields: str
    end: End
    label: Label


@dataclass(frozen=True)
class Blur:
    """These fields stay roughly: a moment as the Monday of its week, a category as its head.

    They are listed as kept as well: where `end` does not narrow the rows to these, they stay as they are.
    """

    fields: str
    end: With
    label: Label


@dataclass(frozen=True)
class Remove:
    """The rows are deleted; `fields` are all of theirs."""

    fields: str
    end: End
    label: Label


@dataclass(frozen=True)
class Whole:
    """The row of `owner` itself has a clock; with it is erased all that ends together with it.

    Not where one of the lookups in `unless` holds.
    """

    owner: str
    end: After
    label: Label
    unless: Mapping[str, object] = field(default_factory=dict)
    fields: str = ""


Part = Keep | Empty | Blur | Remove | Whole
