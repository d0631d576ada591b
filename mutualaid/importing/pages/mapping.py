"""The form on which a coordinator corrects what is proposed of a sheet: columns, dates, words."""

from collections.abc import Iterable, Sequence
from hashlib import blake2b
from typing import Any, NamedTuple

from django import forms
from django.conf import settings
from django.forms import BoundField
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from mutualaid.catalog.models import Category, Language, Locality
from mutualaid.importing.cells.choices import Fate, status_words, urgency_words
from mutualaid.importing.cells.dates import DATE_ORDERS
from mutualaid.importing.kinds.registry import SheetKind
from mutualaid.importing.mapping.choices import SheetChoices
from mutualaid.importing.mapping.propose import Proposal, samples
from mutualaid.importing.names import normalize
from mutualaid.importing.sheets.table import Table
from requests_app.models import Ask
from requests_app.states import Urgency

FIELD_LABELS = {
    "reference": gettext_lazy("Number or code of the row"),
    "created": gettext_lazy("When it was asked"),
    "needed": gettext_lazy("What is needed, in words"),
    "details": gettext_lazy("Details"),
    "category": gettext_lazy("Kind of help"),
    "place": gettext_lazy("Area or place"),
    "lat": gettext_lazy("Latitude"),
    "lng": gettext_lazy("Longitude"),
    "name": gettext_lazy("Name"),
    "surname": gettext_lazy("Last name"),
    "phone": gettext_lazy("Phone"),
    "email": gettext_lazy("E-mail"),
    "address": gettext_lazy("Address"),
    "language": gettext_lazy("Languages"),
    "times": gettext_lazy("Good times"),
    "people": gettext_lazy("For how many people"),
    "urgency": gettext_lazy("How soon"),
    "status": gettext_lazy("Status"),
    "needed_by": gettext_lazy("Needed by (a day)"),
    "vehicle": gettext_lazy("Has a vehicle"),
    "slug": pgettext_lazy("column of a sheet", "Code"),
    "parent": gettext_lazy("Part of (a code)"),
    "organization": gettext_lazy("Run by"),
    "group": gettext_lazy("Kind of group"),
    "areas": gettext_lazy("For people who live in"),
    "hours": gettext_lazy("When"),
    "eligibility": gettext_lazy("For whom"),
    "to_bring": gettext_lazy("What to bring"),
    "cost": gettext_lazy("Cost"),
    "website": gettext_lazy("Website"),
    "checked_on": gettext_lazy("Checked on (a day)"),
    **{
        f"name_{code}": format_lazy("{} ({})", gettext_lazy("Name"), own_name)
        for code, own_name in settings.LANGUAGES
    },
}
ORDER_LABELS = {
    "dmy": gettext_lazy("Day, month, year (31/12/2026)"),
    "mdy": gettext_lazy("Month, day, year (12/31/2026)"),
    "ymd": gettext_lazy("Year, month, day (2026-12-31)"),
}
FATE_BY_DEFAULT = Fate.READ
NOT_SAID = ("", gettext_lazy("– not said –"))


class Group(NamedTuple):
    legend: str
    help: str
    fields: list[BoundField]


class MappingForm(forms.Form):
    """Its fields are made for one sheet: `groups` are they in the order of the page."""

    source = forms.CharField(
        label=gettext_lazy("A name for this sheet"),
        max_length=Ask._meta.get_field("source").max_length or 0,
        help_text=gettext_lazy(
            "A row is known by it. Give the next file of the same form the same name, and nothing comes in"
            " twice."
        ),
    )

    def __init__(self, data: Any, *, kind: SheetKind, table: Table, proposal: Proposal) -> None:
        super().__init__(data, initial={"source": proposal.choices.source})
        self._kind, self._table, self._proposal = kind, table, proposal
        self._add_columns()
        for name, field in self._further_fields().items():
            if name in kind.asks:
                self.fields[name] = field
        self._words = {name: self._add_words(name) for name in kind.words}

    def groups(self) -> list[Group]:
        columns = Group(
            _("Columns"),
            _("Which column of the sheet holds what? Others are kept in the notes, encrypted.")
            if "left_out" in self.fields
            else _("Which column of the sheet holds what? Others are not read."),
            [self[f"column_{name}"] for name in self._kind.headings],
        )
        rest = [
            name for name in ("date_order", "languages", "start", "left_out") if name in self.fields
        ]
        groups = [columns, Group(_("The sheet"), "", [self["source"], *(self[n] for n in rest)])]
        titles = {
            "category": (_("Kinds of help"), _("Words of the sheet that we do not know.")),
            "place": (_("Areas"), _("Places of the sheet that we do not know.")),
            "status": (_("Status"), _("What is over is never asked for again.")),
            "urgency": (_("How soon"), _("Words for how soon help is needed.")),
        }
        for name, words in self._words.items():
            default = [self[f"default_{name}"]] if f"default_{name}" in self.fields else []
            if fields := [*default, *(self[key] for key in words)]:
                groups.append(Group(*titles[name], fields))
        return groups

    def clean(self) -> dict[str, Any]:
        first: dict[str, str] = {}
        for name in self._kind.headings:
            heading = self.cleaned_data.get(f"column_{name}")
            other = first.setdefault(heading, name) if heading else name
            if other != name:
                message = _("You have chosen this column for “%s” as well. Choose another one.")
                self.add_error(f"column_{name}", message % FIELD_LABELS[other])
        return self.cleaned_data

    def choices(self) -> SheetChoices:
        """What a valid form says."""
        said, own = self.cleaned_data, self._proposal.choices
        words = {
            name: {word: said[key] for key, word in words.items() if said[key]}
            for name, words in self._words.items()
        }
        return SheetChoices(
            source=said["source"],
            columns={name: said[f"column_{name}"] for name in self._kind.headings},
            left_out=tuple(said.get("left_out", ())),
            date_order=said.get("date_order") or own.date_order,
            time_zone=settings.TIME_ZONE,
            categories=words.get("category", {}),
            default_category=said.get("default_category", ""),
            areas=words.get("place", {}),
            default_area=said.get("default_place", ""),
            statuses=words.get("status", {}),
            urgencies=words.get("urgency", {}),
            languages=tuple(said.get("languages", ())),
            read_first=said.get("start") != "open",
        )

    def _add_columns(self) -> None:
        shown = zip(self._table.headings, samples(self._table), strict=True)
        headings = [(heading, _with_samples(heading, cells)) for heading, cells in shown]
        for name in self._kind.headings:
            self.fields[f"column_{name}"] = forms.ChoiceField(
                label=FIELD_LABELS[name],
                choices=[("", _("– no column –")), *headings],
                required=False,
                initial=self._proposal.choices.columns.get(name, ""),
            )

    def _further_fields(self) -> dict[str, forms.Field]:
        """What is asked beside the columns, of one kind of sheet or another."""
        own = self._proposal.choices
        return {
            "date_order": forms.ChoiceField(
                label=_("How are the dates written?"),
                choices=[(order, ORDER_LABELS[order]) for order in sorted(DATE_ORDERS)],
                initial=own.date_order,
                widget=forms.RadioSelect,
                help_text=""
                if self._proposal.is_order_sure
                else _(
                    "The dates of this sheet can be read in several ways. Please look at one of them."
                ),
            ),
            "languages": forms.MultipleChoiceField(
                label=_("What do people speak who do not say?"),
                choices=list(Language.objects.values_list("code", "name")),
                initial=own.languages,
                widget=forms.CheckboxSelectMultiple,
            ),
            "start": forms.ChoiceField(
                label=_("What happens to them then?"),
                choices=[
                    ("read", _("We read each of them first")),
                    ("open", _("Volunteers are invited, for about 180 of them an hour")),
                ],
                initial="read" if own.read_first else "open",
                widget=forms.RadioSelect,
            ),
            "left_out": forms.MultipleChoiceField(
                label=_("Columns that are not kept"),
                choices=[(heading, heading) for heading in self._table.headings],
                initial=own.left_out,
                required=False,
                widget=forms.CheckboxSelectMultiple,
            ),
            "default_category": forms.ChoiceField(
                label=_("For rows without a kind, and for all other words"),
                choices=[NOT_SAID, *_categories()],
                initial=own.default_category,
                required=False,
            ),
            "default_place": forms.ChoiceField(
                label=_("All that lead to no other area are in"),
                choices=[NOT_SAID, *_areas()],
                initial=own.default_area,
                required=False,
            ),
        }

    def _add_words(self, name: str) -> dict[str, str]:
        """Add a field for each word of a column; returns the words by the names of their fields."""
        options, by_word = self._meanings(name)
        words = {}
        for word in self._proposal.words.get(name, ()):
            key = f"{name}_{blake2b(normalize(word).encode(), digest_size=6).hexdigest()}"
            usual = FATE_BY_DEFAULT if name == "status" else ""
            self.fields[key] = forms.ChoiceField(
                label=word,
                choices=options,
                initial=by_word.get(normalize(word), usual),
                required=False,
            )
            words[key] = word
        return words

    def _meanings(self, name: str) -> tuple[list[Any], dict[str, str]]:
        """What the words of a column can stand for, and what the known ones do, by the normalized word."""
        own, known = self._proposal.choices, dict[str, str]()
        options, said = list[Any](), dict[str, str]()
        match name:
            case "category":
                options, said = _categories(), dict(own.categories)
            case "place":
                options, said = _areas(), dict(own.areas)
            case "status":
                options, said, known = Fate.choices, dict(own.statuses), dict(status_words())
            case "urgency":
                options, said = _urgencies(), dict(own.urgencies)
                known = {word: level.name.lower() for word, level in urgency_words().items()}
        return [NOT_SAID, *options], known | {normalize(word): said[word] for word in said}


def chosen_columns(data: Any, kind: SheetKind, headings: Sequence[str]) -> dict[str, str]:
    """The columns in what was sent, as far as they are there, each once."""
    columns: dict[str, str] = {}
    for name in kind.headings:
        heading = data.get(f"column_{name}", "")
        if not heading or (heading in headings and heading not in columns.values()):
            columns[name] = heading
    return columns


def _with_samples(heading: str, cells: Iterable[str]) -> str:
    shown = " · ".join(cell if len(cell) <= 30 else f"{cell[:29]}…" for cell in cells)
    return f"{heading}: {shown}" if shown else heading


def _categories() -> list[Any]:
    active = Category.objects.filter(is_active=True).select_related("parent")
    return [(category.slug, category.label) for category in active]


def _areas() -> list[Any]:
    return [(area.slug, area.label) for area in Locality.objects.defer("outline")]


def _urgencies() -> list[Any]:
    return [(level.name.lower(), level.label) for level in reversed(Urgency)]
