"""What a browser would send if a page of the admin were saved as it stands."""

from typing import Any


def as_it_stands(client: Any, path: str) -> dict[str, Any]:
    shown = client.get(path).context
    form = shown["adminform"].form
    typed = {name: form[name].value() for name in form.fields}
    for inline in shown["inline_admin_formsets"]:
        for key in ("TOTAL_FORMS", "INITIAL_FORMS"):
            typed[f"{inline.formset.prefix}-{key}"] = inline.formset.management_form[key].value()
    return {name: value for name, value in typed.items() if value not in (None, "")}
