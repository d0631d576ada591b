"""Who did what in the admin: the histories that each room keeps, read as one list.

Nothing is written here. A room registers a `LogSource`: the rows of its history, and how one reads.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from django.db.models import CharField, F, QuerySet, TextChoices, Value
from django.db.models.expressions import Combinable
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class LogKind(TextChoices):
    """What an entry is about; one can be chosen to see its entries alone."""

    CONTACT = "contact", _("looked at contact details")
    WORDS = "words", _("read what a neighbour wrote")
    EMAIL = "email", _("looked at how to reach an account")
    CODE = "code", _("made a code")
    CALL = "call", _("called someone")
    NEED = "need", _("did something about a need")
    RIGHTS = "rights", _("decided about a role")
    POLICY = "policy", _("changed how the group works")
    EXPORT = "export", _("took a copy of data")
    SIGN_IN = "sign_in", _("signed in")
    CHANGE = "change", _("changed something else")


class Line(NamedTuple):
    """How an entry reads: what was done, about what ("need 1a2b3c4d"), and the page of that.

    The page is linked for whoever has `permission`.
    """

    what: str
    about: str = ""
    url: str = ""
    permission: str = ""


class Entry(NamedTuple):
    """One row of the list; `by` is the id of an account, None where that is erased or it was the site."""

    at: datetime
    by: int | None
    kind: LogKind
    line: Line


@dataclass(frozen=True)
class LogSource:
    """One history. `at` and `by` name its columns, `kind` is a `LogKind` or an expression for one.

    `read` takes ids of its rows and returns how each reads, in as many queries for one as for fifty.
    `is_of_team` is False where those who did it need not be of the team.
    """

    name: str
    rows: Callable[[], QuerySet[Any]]
    at: str
    by: str
    kind: LogKind | Combinable
    read: Callable[[Collection[int]], Mapping[int, Line]]
    is_of_team: bool = True

    def columns(self) -> QuerySet[Any]:
        """The rows in the shape that all sources share, in no order."""
        kind = _text(self.kind.value) if isinstance(self.kind, LogKind) else self.kind
        rows: QuerySet[Any] = (
            self.rows()
            .order_by()
            .annotate(
                log_at=F(self.at),
                log_by=F(self.by),
                log_kind=kind,
                log_source=_text(self.name),
                log_pk=F("pk"),
            )
        )
        return rows


@dataclass(frozen=True)
class LogFilter:
    """Which entries are shown: of one person, of one day of the site's clock, of one kind; or of all."""

    by: int | None = None
    day: date | None = None
    kind: str = ""

    def lookups(self) -> dict[str, Any]:
        lookups: dict[str, Any] = {}
        if self.by is not None:
            lookups["log_by"] = self.by
        if self.kind:
            lookups["log_kind"] = self.kind
        if self.day:
            midnight = timezone.make_aware(datetime.combine(self.day, time()))
            next_day = datetime.combine(self.day + timedelta(days=1), time())
            lookups |= {"log_at__gte": midnight, "log_at__lt": timezone.make_aware(next_day)}
        return lookups


@dataclass
class StaffLog:
    """The sources of the site."""

    sources: dict[str, LogSource] = field(default_factory=dict)

    def register(self, source: LogSource) -> None:
        self.sources[source.name] = source

    def rows(self, wanted: LogFilter) -> QuerySet[Any]:
        """All entries, the newest first, in one query; `entries` reads a page of them."""
        shape = ("log_at", "log_by", "log_kind", "log_source", "log_pk")
        first, *others = (
            source.columns().filter(**wanted.lookups()).values_list(*shape)
            for source in self.sources.values()
        )
        return first.union(*others, all=True).order_by("-log_at", "log_source", "-log_pk")

    def entries(self, rows: Iterable[Any]) -> list[Entry]:
        """Read these rows of `rows`; each source is asked once."""
        page = list(rows)
        pks: dict[str, list[int]] = {}
        for _at, _by, _kind, name, pk in page:
            pks.setdefault(name, []).append(pk)
        lines = {name: source.read(pks.get(name, ())) for name, source in self.sources.items()}
        return [
            Entry(at, by, LogKind(kind), lines[name].get(pk, Line("–")))
            for at, by, kind, name, pk in page
        ]

    def people(self) -> set[int]:
        """The ids of all of the team who did something."""
        first, *others = (
            source.columns().exclude(log_by=None).values_list("log_by")
            for source in self.sources.values()
            if source.is_of_team
        )
        return {pk for (pk,) in first.union(*others)}


def _text(value: str) -> Value:
    return Value(value, output_field=CharField())


staff_log = StaffLog()
