"""The columns of each sheet that can be taken out. None holds a contact detail or a word someone wrote."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from mutualaid.admin.refusals import Text
from mutualaid.catalog.time_slots import in_words
from mutualaid.desk.exports.files import Cell
from mutualaid.people.models import User
from offers_app.models import Offer
from requests_app.models import Ask, Claim, Need
from requests_app.states import NeedState


@dataclass(frozen=True)
class Column:
    """A heading, and what stands below it for a row of the list."""

    heading: Text
    cell: Callable[[Any], Cell]


@dataclass(frozen=True)
class SheetOut:
    """What a list becomes as a sheet: `prepare` adds to the query of the rows what the columns read."""

    prepare: Callable[[QuerySet[Any]], QuerySet[Any]]
    columns: Sequence[Column]

    def rows(self, queryset: QuerySet[Any]) -> Iterator[list[Cell]]:
        """Yield the headings and then the rows; no more than some of them are in memory."""
        yield [str(column.heading) for column in self.columns]
        for row in self.prepare(queryset.prefetch_related(None)).iterator(AT_ONCE):
            yield [column.cell(row) for column in self.columns]


def _local(moment: datetime | None) -> datetime | None:
    """By the group's clock: spreadsheets know no time zones."""
    return timezone.localtime(moment).replace(tzinfo=None) if moment else None


def _count(rows: QuerySet[Any], link: str) -> Coalesce:
    """How many of `rows` lead by `link` to the row of the query; a join would multiply them."""
    each = rows.order_by().filter(**{link: OuterRef("pk")}).values(link)
    of_each = Subquery(each.annotate(number=Count("pk")).values("number"))
    return Coalesce(of_each, 0, output_field=IntegerField())


def _prepare_needs(needs: QuerySet[Need]) -> QuerySet[Need]:
    needs = needs.select_related("ask", "category", "locality")
    return needs.annotate(helpers=_count(Claim.objects.filling(), "need"))


def _prepare_asks(asks: QuerySet[Ask]) -> QuerySet[Ask]:
    needs = Need.objects.all()
    live = needs.exclude(state=NeedState.CLOSED)
    return asks.annotate(all_needs=_count(needs, "ask"), live_needs=_count(live, "ask"))


def _prepare_offers(offers: QuerySet[Offer]) -> QuerySet[Offer]:
    offers = offers.select_related("volunteer")
    return offers.prefetch_related("categories", "localities", "languages")


def _prepare_people(people: QuerySet[User]) -> QuerySet[User]:
    return people.select_related("locality")


AT_ONCE = 1_000
"""Rows in memory at a time."""
CODE = Column(pgettext_lazy("column of a sheet", "Reference"), lambda row: row.code)
ASKED_AT = Column(
    pgettext_lazy("column of a sheet", "Asked at"), lambda row: _local(row.created_at)
)
SOURCE = Column(pgettext_lazy("column of a sheet", "Came from"), lambda ask: ask.source)
NEEDS = SheetOut(
    _prepare_needs,
    (
        CODE,
        Column(pgettext_lazy("column of a sheet", "Kind"), lambda need: need.category.label),
        Column(pgettext_lazy("column of a sheet", "Area"), lambda need: need.locality.label),
        Column(
            pgettext_lazy("column of a sheet", "State"),
            lambda need: capfirst(str(need.get_state_display())),
        ),
        Column(
            pgettext_lazy("column of a sheet", "Urgency"),
            lambda need: str(need.get_urgency_display()),
        ),
        Column(pgettext_lazy("column of a sheet", "Needed by"), lambda need: need.needed_by),
        Column(
            pgettext_lazy("column of a sheet", "Good times"), lambda need: in_words(need.week_parts)
        ),
        Column(pgettext_lazy("column of a sheet", "People"), lambda need: need.people_count),
        ASKED_AT,
        Column(
            pgettext_lazy("column of a sheet", "Helpers wanted"), lambda need: need.helpers_wanted
        ),
        Column(pgettext_lazy("column of a sheet", "Helpers"), lambda need: need.helpers),
        Column(SOURCE.heading, lambda need: need.ask.source),
    ),
)
ASKS = SheetOut(
    _prepare_asks,
    (
        CODE,
        ASKED_AT,
        Column(
            pgettext_lazy("column of a sheet", "For whom"),
            lambda ask: str(ask.get_for_whom_display()),
        ),
        Column(pgettext_lazy("column of a sheet", "Needs"), lambda ask: ask.all_needs),
        Column(pgettext_lazy("column of a sheet", "Not closed"), lambda ask: ask.live_needs),
        SOURCE,
    ),
)
NAME = Column(pgettext_lazy("column of a sheet", "Name"), str)
OFFERS = SheetOut(
    _prepare_offers,
    (
        Column(NAME.heading, lambda offer: str(offer.volunteer)),
        Column(
            pgettext_lazy("column of a sheet", "State"),
            lambda offer: capfirst(str(offer.get_state_display())),
        ),
        Column(
            pgettext_lazy("column of a sheet", "Kinds"),
            lambda offer: "; ".join(category.label for category in offer.categories.all()),
        ),
        Column(
            pgettext_lazy("column of a sheet", "Areas"),
            lambda offer: "; ".join(area.label for area in offer.localities.all()),
        ),
        Column(
            pgettext_lazy("column of a sheet", "Languages"),
            lambda offer: "; ".join(language.name for language in offer.languages.all()),
        ),
        Column(
            pgettext_lazy("column of a sheet", "Good times"),
            lambda offer: in_words(offer.week_parts),
        ),
        Column(pgettext_lazy("column of a sheet", "Tasks a week"), lambda offer: offer.per_week),
        Column(pgettext_lazy("column of a sheet", "How far, in km"), lambda offer: offer.reach_km),
        Column(
            pgettext_lazy("column of a sheet", "Vehicle"),
            lambda offer: _("yes") if offer.has_vehicle else _("no"),
        ),
        Column(
            pgettext_lazy("column of a sheet", "Paused until"), lambda offer: offer.paused_until
        ),
        Column(
            pgettext_lazy("column of a sheet", "Offered at"), lambda offer: _local(offer.created_at)
        ),
    ),
)
PEOPLE = SheetOut(
    _prepare_people,
    (
        NAME,
        Column(
            pgettext_lazy("column of a sheet", "Area"),
            lambda person: person.locality.label if person.locality else "",
        ),
        Column(pgettext_lazy("column of a sheet", "Language"), lambda person: person.language),
        Column(
            pgettext_lazy("column of a sheet", "Here since"),
            lambda person: _local(person.created_at),
        ),
    ),
)
