"""What a neighbour can change, in the order of the summary; each is asked as it was asked first."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from requests_app.pages.ask.contact_form import ContactForm
from requests_app.pages.ask.forms import DetailsForm, OneKindForm, StepForm, WhenForm, WhereForm


@dataclass(frozen=True)
class EditableField:
    """One thing to change: a form of the wizard with these fields only.

    What is `write_only` is not shown, for others may hold the link; it can only be written anew.
    Of what is `silent` it is not even told whether anything was said.
    """

    name: str
    title: str | Promise
    form: type[StepForm]
    fields: tuple[str, ...]
    write_only: bool = False
    silent: bool = False


def _write_only(
    field: str, title: str | Promise, form: type[StepForm] = ContactForm
) -> EditableField:
    return EditableField(field, title, form, (field,), write_only=True)


def _silent(field: str, title: str | Promise) -> EditableField:
    return EditableField(field, title, ContactForm, (field,), write_only=True, silent=True)


ASKED = (
    EditableField("kind", _("What you need"), OneKindForm, ("category",)),
    EditableField("where", _("Area"), WhereForm, ("locality",)),
    EditableField("when", _("How soon"), WhenForm, ("urgency", "needed_by", "week_parts")),
    EditableField("people", _("For how many people"), DetailsForm, ("people_count",)),
    _write_only("notes", _("What to know"), DetailsForm),
)
"""Of each need for itself."""
REACH = (
    EditableField("for_whom", _("Whom it is for"), ContactForm, ("for_whom",)),
    _write_only("name", _("Name")),
    _write_only("phone", _("Phone")),
    _write_only("email", _("E-mail")),
    _write_only("address", _("Address")),
    EditableField("languages", _("Languages"), ContactForm, ("languages",)),
)
SAFE = (
    _silent("channels", _("Safe ways to reach you")),
    _silent("times", _("A good time")),
    EditableField("voicemail", _("No voice messages"), ContactForm, ("no_voicemail",)),
    _silent("keep_from", _("Who must not hear of it")),
    _silent("keep_from_contact_points", _("Their phone or e-mail")),
)
"""Of the ask, for all of its needs, as is `REACH`."""
