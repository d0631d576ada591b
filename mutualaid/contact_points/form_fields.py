"""Boxes for phones and e-mails. What they cannot read is named beside the box, and nothing is guessed."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from mutualaid.contact_points.points import MOST_POINTS, ContactPoint, Parsed
from mutualaid.contact_points.reading import MOST_LETTERS, parse

LONGEST_QUOTED = 60
UNREAD = _(
    "We could not read “%(piece)s”. Write phone numbers and e-mail addresses only, with a comma"
    " between two."
)
UNREAD_ONE = _("We could not read “%(piece)s”. Write one phone number or one e-mail address.")
UNREAD_PHONE = _("We could not read “%(piece)s”. Write a phone number we can dial.")
NO_AREA_CODE = _(
    "Many people have the number “%(piece)s”, each in another area. Write it with its area code, or with +"
    " and its country code."
)
TOO_MANY = ngettext_lazy(
    "Write only one here.",
    "Write %(most)d at most here.",
    "most",
)
ONE_EMAIL = _("Write one e-mail address here, like name@example.org.")


class ContactPointsField(forms.CharField):
    """Phones and e-mails, `most` at once; gives the distinct `ContactPoint`s as a tuple.

    `of_accounts`: they are compared with what accounts have confirmed, which is never a number
    without its area code; such a one would be kept and would never catch anybody.
    """

    widget = forms.Textarea(attrs={"rows": 2, "dir": "ltr", "autocomplete": "off"})

    def __init__(
        self, *, most: int = MOST_POINTS, of_accounts: bool = False, **options: Any
    ) -> None:
        self.most, self.of_accounts = most, of_accounts
        if most == 1:
            one_line = forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off"})
            options = {"widget": one_line, **options}
        super().__init__(**{"max_length": MOST_LETTERS, **options})

    def to_python(self, value: Any) -> Any:
        """Raises a `ValidationError` that names what cannot be read, or is too much."""
        found = parse(super().to_python(value) or "")
        self._check(found)
        return found.distinct

    def _check(self, found: Parsed) -> None:
        if found.unread:
            raise unread(UNREAD_ONE if self.most == 1 else UNREAD, found.unread)
        if len(found.distinct) > self.most:
            raise ValidationError(TOO_MANY, "too_many", {"most": self.most})
        local = [one.normal for one in found.phones if not one.e164]
        if self.of_accounts and local:
            raise unread(NO_AREA_CODE, local)

    def run_validators(self, value: tuple[ContactPoint, ...]) -> None:
        """Those of a text: how long it is, and of which letters."""
        super().run_validators(", ".join(point.normal for point in value))


class PhoneField(forms.CharField):
    """A phone as somebody types it, and words about it; an error only where no number can be dialled."""

    widget = forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "dir": "ltr"})

    def run_validators(self, value: str) -> None:
        super().run_validators(value)
        if value and not parse(value).phones:
            raise unread(UNREAD_PHONE, [value])


class OneEmailField(forms.EmailField):
    """The address as typed, taken out of "mailto:" and brackets; an error where there are several."""

    default_error_messages = {  # noqa: RUF012  as Django writes it
        "invalid": _("Write an e-mail address like name@example.org.")
    }

    def to_python(self, value: Any) -> str:
        typed = super().to_python(value) or ""
        found = parse(typed)
        if len(found.emails) > 1:
            raise ValidationError(ONE_EMAIL, "several")
        is_one = len(found.points) == len(found.emails) == 1 and not found.unread
        return found.emails[0].normal if is_one else typed


def unread(message: Any, pieces: Iterable[str]) -> ValidationError:
    """The error that names what could not be read, the first of it where it is long."""
    quoted = Truncator("”, “".join(pieces)).chars(LONGEST_QUOTED)
    return ValidationError(message, "unread", {"piece": quoted})
