"""The page that changes one thing: the form in which it was asked first, without its other fields."""

from typing import Any, cast

from django import forms
from django.db import transaction
from django.http import QueryDict
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from mutualaid.catalog.answers import answer_in_words
from mutualaid.catalog.forms.choices import Catalogue
from mutualaid.forms.stale import SEEN, Conflict, changed_meanwhile, seen_again, seen_input
from requests_app.pages.ask.contact_form import (
    CONTACT_FIELDS,
    NO_SAFE_WAY,
    UNREACHABLE,
    is_reachable,
)
from requests_app.pages.ask.forms import StepForm
from requests_app.pages.edit.subjects import AskSubject, EditableField, NeedSubject, Values

NOT_REMOVABLE = ("name", "keep_from_contact_points")
"""May be changed or added to, not removed."""
LATER_DAYS, REMOVE = "later_days", "remove"


def edit_form(
    editable: EditableField, subject: AskSubject | NeedSubject, data: Any = None
) -> StepForm:
    """The form of `editable`, filled with the current values unless it is `write_only`.

    Raises `WrongKey` if no configured key decrypts the current values.
    """
    form = editable.form(data, earlier=subject.earlier_choices(Catalogue()))
    for name in set(form.fields) - set(editable.fields):
        del form.fields[name]
    seen = None if data is None else data.get(SEEN, "")
    subject.fit(form, seen)
    values = subject.values(seen)
    if editable.write_only:
        may_have_value = editable.silent or bool(values[editable.name])
        _make_write_only(editable, form, may_have_value=may_have_value)
    else:
        form.initial = values
    if subject.has_later_days():
        form.fields[LATER_DAYS] = forms.BooleanField(
            label=_("Also change the later days"),
            required=False,
            initial="needed_by" not in editable.fields,
        )
    # Phones and e-mails that are only ever added to have no current value.
    shown = {name: values[name] for name in editable.fields if name in values}
    form.fields[SEEN] = seen_input(shown)
    return form


def save(editable: EditableField, subject: AskSubject | NeedSubject, form: StepForm) -> str:
    """Write what the user changed in a valid form, and nothing that someone else changed meanwhile.

    Returns a sentence on the outcome; "" if nothing was written and the form now has an error that says
    why. Raises what `change_ask` and `change_need` raise, and `WrongKey`.
    """
    with transaction.atomic():
        subject.lock()
        current = subject.values(form.cleaned_data[SEEN])
        typed = _typed(editable, form)
        if not _check_reachable(editable, form, current | typed):
            return ""
        replacing = {name: value for name, value in typed.items() if name in current}
        changes = changed_meanwhile(form.cleaned_data[SEEN], current, replacing)
        if changes.conflicts:
            _add_conflict_errors(editable, form, changes.conflicts)
            _confirm_on_resubmit(form, changes.conflicts)
            return ""
        added = {name: value for name, value in typed.items() if name not in current}
        if not changes.to_write and not added:
            return _t("Nothing was typed, so nothing has changed.")
        later_days = bool(form.cleaned_data.get(LATER_DAYS))
        subject.save({**changes.to_write, **added}, reason=editable.name, later_days=later_days)
        return _t("We have changed it.")


def _make_write_only(editable: EditableField, form: StepForm, *, may_have_value: bool) -> None:
    """Leave the field empty and optional, with a checkbox that removes what we have."""
    form.fields[editable.name].required = False
    if may_have_value and editable.name not in NOT_REMOVABLE:
        form.fields[REMOVE] = forms.BooleanField(label=_("Forget what I said"), required=False)


def _typed(editable: EditableField, form: StepForm) -> Values:
    """By field; nothing if a `write_only` field was left empty and is not to be removed."""
    typed = {name: form.cleaned_data[name] for name in editable.fields}
    is_empty = editable.write_only and not any(typed.values())
    return {} if is_empty and not form.cleaned_data.get(REMOVE) else typed


def _check_reachable(editable: EditableField, form: StepForm, values: Values) -> bool:
    """Whether `values` leave a safe way to reach them; adds an error to the form if not."""
    if editable.name not in (*CONTACT_FIELDS, "channels"):
        return True
    if not any(values[name] for name in CONTACT_FIELDS):
        form.add_error(editable.name, UNREACHABLE)
    elif not is_reachable(values):
        form.add_error(editable.name, NO_SAFE_WAY)
    return not form.errors


def _add_conflict_errors(
    editable: EditableField, form: StepForm, conflicts: dict[str, Conflict]
) -> None:
    """Show both values beside each field; of a `write_only` one only what this user typed."""
    for name, conflict in conflicts.items():
        values = {
            "now": _t("something else")
            if editable.write_only
            else answer_in_words(form.fields[name], conflict.current),
            "wanted": answer_in_words(form.fields[name], conflict.wanted),
        }
        sentence = _t(
            "While you were here, this was changed to: %(now)s. You wrote: %(wanted)s."
            " Nothing has been saved yet. If yours is right, save it once more."
        )
        form.add_error(name, sentence % values)


def _confirm_on_resubmit(form: StepForm, conflicts: dict[str, Conflict]) -> None:
    """Note the conflicts as seen: sent once more, the form overwrites them, and nothing else."""
    data = cast(QueryDict, form.data).copy()
    data[SEEN] = seen_again(str(data.get(SEEN, "")), conflicts)
    form.data = data
