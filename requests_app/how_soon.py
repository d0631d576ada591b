"""The field that says how soon, on the neighbour's page and on the desk: what was said long ago is said anew.

Such a field begins with when it was said and holds None; left so, nothing is written. `seen` is what came
back from the hidden input of the form (`mutualaid/forms/stale.py`), None while the form is only opened.
"""

from typing import Any

from django.forms import TypedChoiceField

from mutualaid.forms.stale import is_untouched
from requests_app.models import Need
from requests_app.states import Urgency


def let_say_anew(field: TypedChoiceField, need: Need, seen: str | None) -> None:
    """Begin with when it was said if that is not true any more, or was not when the form was opened."""
    if _was_said_long_ago(need, seen):
        choices: Any = field.choices
        field.choices = [("", need.how_soon), *choices]
        field.required, field.empty_value = False, None


def urgency_now(need: Need, seen: str | None) -> Urgency | None:
    """Return what the field begins with; of a form that came back, what to compare `seen` with."""
    return need.urgency_today if _was_said_long_ago(need, seen) else Urgency(need.urgency)


def _was_said_long_ago(need: Need, seen: str | None) -> bool:
    if seen is None:
        return need.urgency_today is None
    return is_untouched(seen, "urgency", None)
