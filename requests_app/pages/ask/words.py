"""An answer in words, as it is read back."""

from collections.abc import Sequence
from typing import Any

from django.forms import BoundField
from django.utils.choices import flatten_choices
from django.utils.formats import date_format
from django.utils.html import format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mutualaid.catalog.form_choices import code_of
from mutualaid.catalog.time_slot_field import WeekPartsBoxes
from mutualaid.catalog.time_slots import ANY_TIME, in_words
from mutualaid.contact_points import ContactPoint, parse
from mutualaid.contact_points.form_fields import ContactPointsField, PhoneField


def answer_in_words(field: BoundField, value: Any) -> str:
    """A cleaned value of this field; words of ours where it was left empty."""
    if isinstance(field.field, WeekPartsBoxes):
        return in_words(value or ANY_TIME)
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if value in (None, "") or (hasattr(value, "__len__") and not len(value)):
        return _("(left empty)")
    if isinstance(field.field, ContactPointsField):
        return _understood(value)
    if isinstance(field.field, PhoneField):
        return _phones(value)
    if hasattr(value, "strftime"):
        return date_format(value, "DATE_FORMAT")
    chosen = value if isinstance(value, (list, tuple)) else [value]
    words = dict(flatten_choices(getattr(field.field, "choices", ())))
    return format_html_join(", ", "{}", ((words.get(code_of(one), one),) for one in chosen))


def _understood(points: Sequence[ContactPoint]) -> str:
    """How many were understood, and as what, so that nobody is kept away only in a spelling."""
    listed = ", ".join(point.display for point in points)
    words = ngettext(
        "%(count)d address: %(listed)s", "%(count)d addresses: %(listed)s", len(points)
    )
    return words % {"count": len(points), "listed": listed}


def _phones(text: str) -> str:
    """As it was written; with the numbers in it where that is not plain."""
    read = parse(text)
    if not read.phones or (len(read.phones) == 1 and not read.unread):
        return text
    listed = ", ".join(point.display for point in read.phones)
    return _("%(text)s (as phone numbers we read: %(numbers)s)") % {"text": text, "numbers": listed}
