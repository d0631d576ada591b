"""The page of one thing: the form in which it was asked first, without its other fields."""

from typing import Any, cast

from django import forms
from django.db import transaction
from django.http import QueryDict
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from mutualaid.catalog.form_choices import Catalogue
from mutualaid.stale_forms import SEEN, Conflict, changed_meanwhile, seen_again, seen_input
from requests_app.pages.ask.contact_form import NO_SAFE_WAY, UNREACHABLE, WAYS, reachable
from requests_app.pages.ask.forms import StepForm
from requests_app.pages.ask.words import answer_in_words
from requests_app.pages.edit.fields import EditableField
from requests_app.pages.edit.subjects import Subject, Values

ALWAYS_THERE = ("name", "keep_from_contact_points")
"""May be changed or added to, not taken away."""
LATER_DAYS, REMOVE = "later_days", "remove"


def form_of(editable: EditableField, subject: Subject[Any], data: Any = None) -> StepForm:
    """The form of `editable`, with what was told before unless it is only written."""
    form = editable.form(data, known=subject.known(Catalogue()))
    for name in set(form.fields) - set(editable.fields):
        del form.fields[name]
    values = subject.values()
    if editable.write_only:
        _only_write(editable, form, is_there=editable.silent or bool(values[editable.name]))
    else:
        form.initial = values
    if subject.has_later_days():
        form.fields[LATER_DAYS] = forms.BooleanField(
            label=_("Also change the later days"),
            required=False,
            initial="needed_by" not in editable.fields,
        )
    form.fields[SEEN] = seen_input(_of(editable, values))
    return form


def save(editable: EditableField, subject: Subject[Any], form: StepForm) -> str:
    """Write what its user changed in a valid form, and nothing that somebody else changed meanwhile.

    Returns what came of it, in words; "" where nothing is written and the form now says why. Raises
    what the actions raise.
    """
    with transaction.atomic():
        subject.lock()
        current = subject.values()
        wanted = _wanted(editable, form)
        if not _still_reachable(editable, form, current | wanted):
            return ""
        kept = {name: value for name, value in wanted.items() if name in current}
        changes = changed_meanwhile(form.cleaned_data[SEEN], current, kept)
        if changes.conflicts:
            _tell(editable, form, changes.conflicts)
            _see_again(form, changes.conflicts)
            return ""
        added = {name: value for name, value in wanted.items() if name not in current}
        if not changes.to_write and not added:
            return _t("Nothing was typed, so nothing has changed.")
        later_days = bool(form.cleaned_data.get(LATER_DAYS))
        subject.save({**changes.to_write, **added}, reason=editable.name, later_days=later_days)
        return _t("We have changed it.")


def _only_write(editable: EditableField, form: StepForm, *, is_there: bool) -> None:
    form.fields[editable.name].required = False
    if is_there and editable.name not in ALWAYS_THERE:
        form.fields[REMOVE] = forms.BooleanField(label=_("Forget what I said"), required=False)


def _of(editable: EditableField, values: Values) -> Values:
    """What a form shows or writes anew; phones and e-mails that are only added to have no value."""
    return {name: values[name] for name in editable.fields if name in values}


def _wanted(editable: EditableField, form: StepForm) -> Values:
    """By field; nothing where what is only written was left empty."""
    typed = {name: form.cleaned_data[name] for name in editable.fields}
    is_empty = editable.write_only and not any(typed.values())
    return {} if is_empty and not form.cleaned_data.get(REMOVE) else typed


def _still_reachable(editable: EditableField, form: StepForm, then: Values) -> bool:
    """With an error on the form where nobody could reach them any more."""
    if editable.name not in (*WAYS, "channels"):
        return True
    if not any(then[way] for way in WAYS):
        form.add_error(editable.name, UNREACHABLE)
    elif not reachable(then):
        form.add_error(editable.name, NO_SAFE_WAY)
    return not form.errors


def _tell(editable: EditableField, form: StepForm, conflicts: dict[str, Conflict]) -> None:
    """Both values beside the field; of what is only written the own one alone."""
    for name, conflict in conflicts.items():
        values = {
            "now": _t("something else")
            if editable.write_only
            else answer_in_words(form[name], conflict.current),
            "wanted": answer_in_words(form[name], conflict.wanted),
        }
        said = _t(
            "While you were here, this was changed to: %(now)s. You wrote: %(wanted)s."
            " Nothing has been saved yet. If yours is right, save it once more."
        )
        form.add_error(name, said % values)


def _see_again(form: StepForm, conflicts: dict[str, Conflict]) -> None:
    """Sent once more, the form overwrites what its user has now read, and nothing else."""
    data = cast(QueryDict, form.data).copy()
    data[SEEN] = seen_again(str(data.get(SEEN, "")), conflicts)
    form.data = data
