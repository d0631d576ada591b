"""What a browser would send if a page of the admin were saved as it stands."""

from typing import Any

from django.forms import MultiWidget

from mutualaid.people.models import User


def person_page(user: User) -> str:
    return f"/admin/people/user/{user.pk}/change/"


def as_it_stands(client: Any, path: str) -> dict[str, Any]:
    """Return the fields of a change page, with those of the rows beside it."""
    context = client.get(path).context
    typed = fields_of(context["adminform"].form)
    for inline in context["inline_admin_formsets"]:
        for key in ("TOTAL_FORMS", "INITIAL_FORMS"):
            typed[f"{inline.formset.prefix}-{key}"] = inline.formset.management_form[key].value()
        for form in inline.formset.initial_forms:
            typed[form.add_prefix("id")] = form.instance.pk
    return {name: value for name, value in typed.items() if value not in (None, "")}


def contact_as_it_stands(client: Any, path: str) -> dict[str, Any]:
    """Return the fields of the contact page of an ask; opening it writes an access log entry."""
    typed = fields_of(client.post(path).context["form"])
    filled = {name: value for name, value in typed.items() if value not in (None, "", False)}
    return filled | {"keep": "1"}


def fields_of(form: Any) -> dict[str, Any]:
    """Return each field of a form with the value it is shown with: what was typed, or the row's."""
    shown = {name: form[name].value() for name in form.fields if not form.fields[name].disabled}
    for name in [n for n in shown if isinstance(form.fields[n].widget, MultiWidget)]:
        value = shown.pop(name)
        parts = value if isinstance(value, list) else form.fields[name].widget.decompress(value)
        shown |= {f"{name}_{n}": part for n, part in enumerate(parts)}
    return {name: value for name, value in shown.items() if value is not None}
