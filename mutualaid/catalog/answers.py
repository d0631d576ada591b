"""An answer as it is read back to whoever gave it."""

from collections.abc import Sequence
from typing import Any

from django.forms import Field
from django.utils.choices import flatten_choices
from django.utils.html import format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mutualaid.catalog.forms.choices import code_of
from mutualaid.catalog.forms.distance_field import DistanceField
from mutualaid.catalog.time_slot_field import WeekPartsBoxes
from mutualaid.catalog.time_slots import ANY_TIME, in_words
from mutualaid.contact_points import ContactPoint, parse
from mutualaid.contact_points.form_fields import ContactPointsField, PhoneField
from mutualaid.local_time import format_day


def answer_in_words(field: Field, value: Any) -> str:
    """A cleaned value of `field` in words; "(left empty)" if there is none."""
    if isinstance(field, WeekPartsBoxes):
        return in_words(value or ANY_TIME)
    if isinstance(field, DistanceField):
        return field.in_words(value)
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if value in (None, "") or (hasattr(value, "__len__") and not len(value)):
        return _("(left empty)")
    if isinstance(field, ContactPointsField):
        return _contact_points_in_words(value)
    if isinstance(field, PhoneField):
        return _phones_in_words(value)
    if hasattr(value, "strftime"):
        return format_day(value)
    values = value if isinstance(value, (list, tuple)) else [value]
    labels = dict(flatten_choices(getattr(field, "choices", ())))
    return format_html_join(_(", "), "{}", ((labels.get(code_of(v), v),) for v in values))


def _contact_points_in_words(points: Sequence[ContactPoint]) -> str:
    """How many were recognised, and as what: one that was misread would exclude no one."""
    listed = _(", ").join(point.display for point in points)
    sentence = ngettext(
        "%(count)d address: %(listed)s", "%(count)d addresses: %(listed)s", len(points)
    )
    return sentence % {"count": len(points), "listed": listed}


def _phones_in_words(text: str) -> str:
    """The text as it was written, with the numbers recognised in it unless it is just one number."""
    parsed = parse(text)
    if not parsed.phones or (len(parsed.phones) == 1 and not parsed.unread):
        return text
    listed = _(", ").join(point.display for point in parsed.phones)
    return _("%(text)s (as phone numbers we read: %(numbers)s)") % {"text": text, "numbers": listed}
