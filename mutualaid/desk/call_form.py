"""The form of a call: all that an ask is asked for, on one page, in the order in which one talks."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from mutualaid.catalog.forms.choices import Catalogue, grouped_kind_choices
from mutualaid.catalog.language_names import spoken_in
from mutualaid.catalog.models import Language
from mutualaid.forms.step_form import Folds
from mutualaid.group.current import current_group
from mutualaid.promises import PROMISES
from requests_app.models import Ask, WhomToCall
from requests_app.pages.ask.contact_form import ContactForm, offers_partners
from requests_app.pages.ask.forms import (
    MOST_KINDS,
    DetailsForm,
    EarlierChoices,
    KindForm,
    WhenForm,
    WhereForm,
)
from requests_app.pages.ask.who_forms import AskerForm, WhoForm
from requests_app.states import Urgency

DOES_NOT_REPEAT = _("What they need does not come every week. Leave the days of the week empty.")


class SeveralSelects(forms.SelectMultiple):
    """As many drop-down lists as may be chosen, of one name: by keyboard the fastest of long lists.

    Its template draws them; what is empty is not sent on.
    """

    template_name = "admin/widgets/several_selects.html"

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        values = super().value_from_datadict(data, files, name) or []
        return [value for value in values if value]

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        chosen = [str(one) for one in value or []][:MOST_KINDS]
        del context["widget"]["attrs"]["multiple"]
        context["lists"] = chosen + [""] * (MOST_KINDS - len(chosen))
        context["choices"] = list(self.choices)
        return context


@dataclass(frozen=True)
class Section:
    """A part of the talk: what to say, the fields for the answers, and those that only some need."""

    title: str | Promise
    say: Sequence[str | Promise]
    fields: Sequence[BoundField] = ()
    folded: Sequence[BoundField] = ()
    folded_title: str | Promise = ""

    @property
    def is_unfolded(self) -> bool:
        """Whether a folded field was answered or has an error."""
        return any(field.errors or field.data for field in self.folded if field.form.is_bound)


class CallForm(KindForm, WhereForm, WhenForm, DetailsForm, WhoForm, AskerForm, ContactForm):
    """The questions of the pages on which neighbours ask for themselves, checked in the same way."""

    folds: Folds = ()
    once = forms.UUIDField(required=False, widget=forms.HiddenInput)
    """Names this page, so that sent twice it makes one ask."""

    LABELS = {  # noqa: RUF012
        "name": _("Name"),
        "asked_by": _("Name of the caller"),
        "whom_to_call": _("Who to call"),
        "phone": _("Phone"),
        "for_whom": _("Who is it for?"),
        "category": _("What they need"),
        "locality": _("Area"),
        "urgency": _("How soon"),
        "needed_by": _("Last day that helps"),
        "people_count": _("For how many people"),
        "notes": _("What the helper should know"),
        "helpers_wanted": _("How many helpers"),
        "languages": _("Languages they speak"),
        "email": _("E-mail"),
        "address": _("Address, or where to meet"),
        "channels": _("Safe ways to reach them"),
        "first_way": _("Which way first?"),
        "times": _("Good times to reach them"),
        "no_voicemail": _("Leave no voice message"),
        "may_ask_partners": _("Ask neighbouring groups too, if no one here is found"),
        "keep_from": _("Who must not find out"),
        "keep_from_contact_points": _("Their phone or e-mail, if known"),
    }
    HELP = {  # noqa: RUF012
        "for_whom": _("If they do not know yet, ask them first, and take it when they agree."),
        "channels": _("None ticked: all are fine. If some are ticked, no one uses another."),
        "may_ask_partners": PROMISES["partners_never_asked"],
        "keep_from": PROMISES["read_before_invitations"],
        "keep_from_contact_points": PROMISES["kept_from_their_accounts"],
    }
    """All other fields have none: who takes calls knows them, and the caller hears the script."""

    FOR_WHOM = (
        (Ask.ForWhom.SELF, _("For the caller")),
        (Ask.ForWhom.SOMEONE_ELSE, _("For someone else, who agreed")),
    )

    def __init__(self, data: QueryDict | None = None) -> None:
        catalogue = Catalogue(to_ask=True)
        earlier = EarlierChoices(
            catalogue, kinds=catalogue.categories, offers_partners=offers_partners()
        )
        super().__init__(data, earlier=earlier)

    def arrange(self) -> None:
        super().arrange()
        del self.fields["website"]  # a trap for programs; no program signs in to the admin
        catalogue = self.earlier.catalogue
        self.fields["category"].widget = SeveralSelects()
        self._offer("category", catalogue.categories, lambda: grouped_kind_choices(catalogue))
        self.fields["for_whom"].choices = self.FOR_WHOM  # type: ignore[attr-defined]
        for name in ("asked_by", "whom_to_call"):
            self.fields[name].required = False
        self.fields["whom_to_call"].choices = WhomToCall.choices  # type: ignore[attr-defined]
        self.fields["urgency"].initial = Urgency.NORMAL
        self.fields["once"].initial = uuid4
        for name, field in self.fields.items():
            field.label = self.LABELS.get(name, field.label)
            field.help_text = self.HELP.get(name, "")
            field.template_name = "admin/_call_field.html"  # type: ignore[attr-defined]  # new in 5.0
            field.widget.attrs["autocomplete"] = "off"  # it is not theirs who types it
        self.fields["notes"].widget.attrs["rows"] = 2

    def clean(self) -> dict[str, Any]:
        """Refuse days of the week where nothing that was chosen comes every week."""
        cleaned = super().clean()
        kinds = cleaned.get("category", ())
        if cleaned.get("weekdays") and kinds and not any(kind.may_repeat for kind in kinds):
            self.add_error("weekdays", ValidationError(DOES_NOT_REPEAT))
        return cleaned

    def language_of_messages(self) -> str:
        """The language in which they are written to: one they speak and the site knows, ours if they do."""
        spoken: list[Language] = self.cleaned_data["languages"]
        offered = [code for code, _name in current_group().offered_languages]
        codes = [
            code for language in spoken for code in offered if spoken_in(code) == language.code
        ]
        ours = current_group().offered(get_language() or "")
        return ours if ours in codes or not codes else codes[0]

    def sections(self) -> Iterator[Section]:
        """The talk, from the greeting to the end."""
        yield Section(
            _("Who is calling"),
            [
                _("“Hello, this is %(group)s. What may I call you?”")
                % {"group": current_group().name},
                _("“What is your number, in case we are cut off?”"),
            ],
            self._named("name", "phone"),
            self._named("asked_by", "whom_to_call"),
            _("They call for someone else"),
        )
        yield Section(
            _("What they need"),
            [
                _("“Is it for you, or for someone else? Do they know, and do they agree?”"),
                _("“What do you need, in which area, and by when?”"),
            ],
            self._named(
                "for_whom", "category", "locality", "urgency", "needed_by", "people_count", "notes"
            ),
            self._named("week_parts", "weekdays", "repeat_until", "helpers_wanted"),
            _("Times of the week, every week, more helpers"),
        )
        yield Section(
            _("How to reach them safely"),
            [
                _("“How can we reach you safely? May we leave a voice message?”"),
                _("“Is there anyone who must not find out?”"),
            ],
            self._named(
                "languages", "channels", "first_way", "no_voicemail", "times", "address", "email",
                "keep_from", "keep_from_contact_points",
            ),
        )  # fmt: skip
        yield Section(
            _("Before you hang up"),
            [
                _("“We will look for someone near you. It costs nothing.”"),
                PROMISES["one_says_yes"],
                PROMISES["you_see_who_looked"],
                *self._say_of_partners(),
            ],
            self._named("may_ask_partners"),
        )

    def _say_of_partners(self) -> list[str | Promise]:
        if "may_ask_partners" not in self.fields:
            return []
        question = _("“If no one here is found, may we ask neighbouring groups too?”")
        return [question, PROMISES["partners_asked_without_you"]]

    def _named(self, *names: str) -> list[BoundField]:
        return [self[name] for name in names if name in self.fields]
