"""A page that is drawn once more with what was typed on it, of which nothing is saved.

It says so in another language now (`group.middleware.DrawInChosenLanguage`). All forms of the site show what
was typed, whatever their view knows of it, for their fields are `TypedField`s.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.forms import BoundField
from django.http import QueryDict

_typed: ContextVar[QueryDict | None] = ContextVar("typed", default=None)


def show_typed(typed: QueryDict) -> None:
    """Show what was typed in the forms that it was typed into. Call it within `forgotten_after`."""
    _typed.set(typed)


def is_redrawn() -> bool:
    return _typed.get() is not None


@contextmanager
def forgotten_after() -> Iterator[None]:
    """Know nothing of what was typed once this context ends."""
    token = _typed.set(None)
    try:
        yield
    finally:
        _typed.reset(token)


class TypedField(BoundField):
    """Django's; where its form was sent to be drawn once more, its value is what was typed."""

    def value(self) -> Any:
        typed = _typed.get()
        names = map(self.form.add_prefix, self.form.fields)
        if typed is None or not any(name in typed for name in names):
            return super().value()
        data = self.field.widget.value_from_datadict(typed, {}, self.html_name)
        return self.field.prepare_value(self.field.bound_data(data, self.initial))
