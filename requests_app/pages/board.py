"""The public board: category, area, when; nothing else."""

from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.conf import settings
from django.db.models import Q
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from mutualaid.catalog.area_names import in_text
from mutualaid.catalog.forms.choices import Choices, group_choices, locality_choices
from mutualaid.catalog.models import Locality
from mutualaid.catalog.nearness import way_to
from mutualaid.group.current import current_group
from requests_app.models import Need
from requests_app.models.need import NeedQuerySet
from requests_app.states import Urgency

MOST_LINES = 40
"""Of a text: more is no message that someone reads. Assumed, not measured."""
URGENT = (Urgency.HIGH, Urgency.CRITICAL)


@dataclass(frozen=True)
class Note:
    """A need as it is shown on the board."""

    icon: str
    title: str
    area: Locality
    how_soon: str
    """By which day, or else how soon."""
    good_times: str
    """Times of the week, if it names any."""
    how: str
    """What it takes to help, or ""."""
    urgency: int
    is_urgent: bool
    url: str


def note_of(need: Need) -> Note:
    return Note(
        icon=need.category.icon,
        title=need.category.label,
        area=need.locality,
        how_soon=need.how_soon,
        good_times=need.good_times,
        how=how_to_help(need),
        urgency=need.urgency,
        is_urgent=need.urgency in URGENT,
        url=reverse("help_need", args=[need.public_id]),
    )


def how_to_help(need: Need) -> str:
    """What it takes to help, or ""."""
    if need.category.remote_ok:
        return _("You can do this from home.")
    return _("You need a car or a cargo bike.") if need.category.needs_vehicle else ""


def text_of(needs: list[Need], *, with_codes: bool) -> str:
    """A line for each of the first `MOST_LINES` needs, and where the board is. Only the team uses codes."""
    comma, colon = _(", "), _(": ")
    lines = [
        f"• {need.category.label}{comma}{in_text(need.locality)}{colon}{need.when}"
        + (f" ({need.code})" if with_codes else "")
        for need in needs[:MOST_LINES]
    ]
    if len(needs) > MOST_LINES:
        lines.append(_("… and more on our board"))
    heading = ngettext("Can you help with this?", "Can you help with one of these?", len(lines))
    board = settings.SITE_URL + reverse("board")
    return "\n".join([heading, "", *lines, "", f"{current_group().name}{colon}{board}"])


def _how_soon() -> Choices:
    """Each time includes what is sooner."""
    sooner = sorted(Urgency, reverse=True)[:-1]
    return [(str(urgency.value), str(urgency.label)) for urgency in sooner]


class NearFilter(forms.Form):
    """An area, and what is open in it and around. One that is not here is said, for an old link names it."""

    area = forms.ChoiceField(
        label=gettext_lazy("Where"),
        required=False,
        error_messages={
            "invalid_choice": gettext_lazy("We don't know this area. We show all areas.")
        },
    )

    def __init__(self, data: object) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        self._offer("area", [("", _("Everywhere")), *locality_choices()])

    def _offer(self, name: str, choices: Any) -> None:
        """A list and no function, which would be called for each use."""
        cast(forms.ChoiceField, self.fields[name]).choices = choices

    def needs(self) -> NeedQuerySet:
        """The needs on the board, the nearest first; without an area that is here, the newest first."""
        needs = Need.objects.on_board()
        chosen = self.cleaned_data["area"] if self.is_valid() else ""
        area = Locality.objects.defer("outline").filter(slug=chosen).first() if chosen else None
        if area is None:
            return needs.order_by("-created_at", "pk")
        return needs.order_by(way_to(area), "-urgency", "pk")


class BoardFilter(NearFilter):
    """Which notes to show. What is no choice gets an error, and is not filtered by; the rest is."""

    category = forms.ChoiceField(
        label=gettext_lazy("What"),
        required=False,
        error_messages={
            "invalid_choice": gettext_lazy("We don't know this kind of help. We show all kinds.")
        },
    )
    soon = forms.ChoiceField(
        label=gettext_lazy("How soon"),
        required=False,
        error_messages={
            "invalid_choice": gettext_lazy("We don't know this time. We show any time.")
        },
    )
    remote = forms.ChoiceField(
        label=gettext_lazy("From where"),
        required=False,
        choices=[
            ("", gettext_lazy("On the spot or from home")),
            ("1", gettext_lazy("Only from home")),
        ],
        error_messages={"invalid_choice": gettext_lazy("We don't know this. We show both.")},
    )

    field_order = ("category", "area", "soon", "remote")
    FOLDED = ("soon", "remote")
    """Asked for less often: folded away on the page while they filter nothing."""

    def __init__(self, data: object) -> None:
        super().__init__(data)
        self._offer("category", [("", _("Everything")), *group_choices()])
        self._offer("soon", [("", _("Any time")), *_how_soon()])

    def needs(self, *, everywhere: bool = False) -> NeedQuerySet:
        """The needs on the board that pass; a group and an area stand for all that is in them.

        With `everywhere`, of all areas.
        """
        self.is_valid()
        chosen: dict[str, Any] = getattr(self, "cleaned_data", {})
        needs = Need.objects.on_board()
        if group := chosen.get("category"):
            needs = needs.filter(Q(category__slug=group) | Q(category__parent__slug=group))
        if chosen.get("soon"):
            needs = needs.filter(urgency__gte=chosen["soon"])
        if chosen.get("remote"):
            needs = needs.filter(category__remote_ok=True)
        if (area := chosen.get("area")) and not everywhere:
            is_within = Q(locality__slug=area) | Q(locality__parent__slug=area)
            needs = needs.filter(is_within | Q(locality__parent__parent__slug=area))
        return needs

    @property
    def uses_folded(self) -> bool:
        """Whether something folded away was chosen, even if it is no choice."""
        return any(self.data.get(name) for name in self.FOLDED)

    @property
    def query(self) -> str:
        """What is filtered by, as it stands in an address; in the order of the fields."""
        return self._query(self.fields)

    @property
    def query_without_area(self) -> str:
        return self._query(name for name in self.fields if name != "area")

    def _query(self, names: Any) -> str:
        self.is_valid()
        query = QueryDict(mutable=True)
        for name in names:
            if value := self.cleaned_data.get(name):
                query[name] = value
        return query.urlencode()
