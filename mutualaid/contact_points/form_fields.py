"""Form fields for phones and e-mails. What they cannot read is quoted beside the box; nothing is guessed."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy
from django_stubs_ext import StrPromise

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
    """Takes up to `most` phones and e-mails; cleans to a tuple of distinct `ContactPoint`s.

    `of_accounts`: they are compared with what accounts have confirmed, which is never a number
    without its area code; such a one is refused, for it would match no one.
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
        """Raises `ValidationError` that quotes what cannot be read, or when there are too many."""
        parsed = parse(super().to_python(value) or "")
        self._check(parsed)
        return parsed.distinct

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether it says something else; a box left empty, as in a row for one more, says nothing."""
        return super().has_changed(initial or (), data)

    def _check(self, parsed: Parsed) -> None:
        if parsed.unread:
            raise unread_error(UNREAD_ONE if self.most == 1 else UNREAD, parsed.unread)
        if len(parsed.distinct) > self.most:
            raise ValidationError(TOO_MANY, "too_many", {"most": self.most})
        local = [phone.normal for phone in parsed.phones if not phone.e164]
        if self.of_accounts and local:
            raise unread_error(NO_AREA_CODE, local)

    def run_validators(self, value: tuple[ContactPoint, ...]) -> None:
        """Run those of a text (length, letters) on the points as text."""
        super().run_validators(", ".join(point.normal for point in value))


class PhoneField(forms.CharField):
    """Takes a phone as typed, with words about it; an error only where no number can be dialled."""

    widget = forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "dir": "ltr"})

    def run_validators(self, value: str) -> None:
        super().run_validators(value)
        if value and not parse(value).phones:
            raise unread_error(UNREAD_PHONE, [value])


class OneEmailField(forms.EmailField):
    """Takes one e-mail address, also in "mailto:" or brackets; an error where there are several."""

    default_error_messages = {  # noqa: RUF012  as Django writes it
        "invalid": _("Write an e-mail address like name@example.org.")
    }

    def to_python(self, value: Any) -> str:
        typed = super().to_python(value) or ""
        parsed = parse(typed)
        if len(parsed.emails) > 1:
            raise ValidationError(ONE_EMAIL, "several")
        is_one = len(parsed.points) == len(parsed.emails) == 1 and not parsed.unread
        return parsed.emails[0].normal if is_one else typed


def unread_error(message: str | StrPromise, pieces: Iterable[str]) -> ValidationError:
    """Make the error that quotes what could not be read, cut to `LONGEST_QUOTED` letters."""
    quoted = Truncator("”, “".join(pieces)).chars(LONGEST_QUOTED)
    return ValidationError(message, "unread", {"piece": quoted})
