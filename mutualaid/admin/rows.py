"""The rows of a list, as Django shows them; what holds for a whole column is looked up once.

`list_display`, its links, `boolean` and `empty_value` mean what they always do. No list is edited in place
here, so there is no `list_editable`.
"""

from collections.abc import Callable, Iterator
from datetime import date, time
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from django.contrib.admin.utils import (
    display_for_field,
    display_for_value,
    label_for_field,
    lookup_field,
)
from django.core.exceptions import ObjectDoesNotExist
from django.db.models import BooleanField, DateField, ForeignKey, Model, TimeField
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

if TYPE_CHECKING:
    from mutualaid.admin.change_list import SizedChangeList

Of = Callable[[Any], Any]
"""Something of a row, or what stands for a value."""


def rows_of(changelist: "SizedChangeList") -> Iterator[SafeString]:
    """Give out the cells of each row on the page."""
    columns = [_column(changelist, name) for name in changelist.list_display]
    links = changelist.list_display_links or ()
    linked = [name in links for name in changelist.list_display]
    heading = linked.index(True) if any(linked) else None
    tags = ["th" if place == heading else "td" for place in range(len(columns))]
    for row in changelist.result_list:
        link = _link_to(changelist, row) if any(linked) else ""
        cells = [
            column.cell(row, tag, link if is_link else "")
            for column, tag, is_link in zip(columns, tags, linked, strict=True)
        ]
        yield mark_safe("".join(cells))  # noqa: S308  each cell is escaped


class Column:
    """How the value of a column is read from a row, and how it is shown."""

    def __init__(self, read: Of, show: Of, *, empty: str, css: str) -> None:
        self._read, self._show, self._empty, self._css = read, show, empty, css

    def cell(self, row: Model, tag: str, link: str) -> str:
        css = self._css
        try:
            value = self._read(row)
        except ObjectDoesNotExist:
            shown = self._empty
        else:
            shown = self._show(value)
            if isinstance(value, date | time) and not css.endswith(" nowrap"):
                css += " nowrap"
        text = conditional_escape(shown)
        inside = f"<a {link}>{text}</a>" if link else text
        return f'<{tag} class="{css}">{inside}</{tag}>'


def _column(changelist: "SizedChangeList", name: Any) -> Column:
    admin = changelist.model_admin
    empty = admin.get_empty_value_display()
    css = f"field-{getattr(name, '__name__', name)}"
    _label, source = label_for_field(name, changelist.model, admin, return_attr=True)
    if source is None:
        field = changelist.model._meta.get_field(name)
        is_nowrap = isinstance(field, DateField | TimeField | ForeignKey)
        show = _show_field(field, empty, name in (changelist.list_display_links or ()))
        css += " nowrap" if is_nowrap else ""
        return Column(lambda row: getattr(row, name), show, empty=empty, css=css)
    source = getattr(source, "fget", source)  # of a property
    empty = getattr(source, "empty_value_display", empty)
    is_boolean = getattr(source, "boolean", False)
    show = partial(display_for_value, empty_value_display=empty, boolean=is_boolean)
    return Column(
        _reader(name, admin),
        cache(show) if is_boolean else lambda value: show(_without_blanks(value)),
        empty=empty,
        css="action-checkbox" if name == "action_checkbox" else css,
    )


def _reader(name: Any, admin: Any) -> Of:
    """Read what is no field: of the admin's own, by a function, or of the row itself."""
    if name == "__str__":
        return str
    if callable(name):
        read: Of = name
        return read
    own: Of | None = getattr(admin, name, None)
    return own or (lambda row: lookup_field(name, row, admin)[2])


def _show_field(field: Any, empty: str, is_link: bool) -> Of:
    if field.flatchoices:
        words = {value: str(label) for value, label in field.flatchoices}
        return lambda value: words.get(value, empty)
    if isinstance(field, ForeignKey):
        return lambda value: empty if value is None else value
    show = partial(display_for_field, field=field, empty_value_display=empty, avoid_link=is_link)
    return (
        cache(show)
        if isinstance(field, BooleanField)
        else lambda value: show(_without_blanks(value))
    )


def _without_blanks(value: Any) -> Any:
    return "" if isinstance(value, str) and not value.strip() else value


def _link_to(changelist: "SizedChangeList", row: Model) -> SafeString:
    """The attributes of a link to the page of a row; a window that chooses a row knows it by its key."""
    url = changelist.url_for_result(row)
    if not changelist.is_popup:
        return format_html('href="{}"', url)
    key = row.serializable_value(changelist.to_field or changelist.lookup_opts.pk.attname)
    return format_html('href="{}" data-popup-opener="{}"', url, key)
