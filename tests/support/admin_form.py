"""What a browser would send if a page of the admin were saved as it stands."""

from typing import Any


def as_it_stands(client: Any, path: str) -> dict[str, Any]:
    """A change page, with the rows beside it."""
    shown = client.get(path).context
    typed = fields_of(shown["adminform"].form)
    for inline in shown["inline_admin_formsets"]:
        for key in ("TOTAL_FORMS", "INITIAL_FORMS"):
            typed[f"{inline.formset.prefix}-{key}"] = inline.formset.management_form[key].value()
        for form in inline.formset.initial_forms:
            typed[form.add_prefix("id")] = form.instance.pk
    return {name: value for name, value in typed.items() if value not in (None, "")}


def contact_as_it_stands(client: Any, path: str) -> dict[str, Any]:
    """The contact page of an ask, opened by a look."""
    typed = fields_of(client.post(path).context["form"])
    kept = {name: value for name, value in typed.items() if value not in (None, "", False)}
    return kept | {"keep": "1"}


def fields_of(form: Any) -> dict[str, Any]:
    """Each field of a form as it is shown: what was typed, or what stands there."""
    return {name: form[name].value() for name in form.fields if not form.fields[name].disabled}
