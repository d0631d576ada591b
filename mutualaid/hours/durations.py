"""How long something took, as people type and read it. Inside it is whole minutes."""

import re
import unicodedata
from fractions import Fraction

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from mutualaid.forms.typed_text import ascii_digits, visible
from mutualaid.hours.models import MOST_MINUTES

AN_HOUR = 60
CLOCK = re.compile(r"(\d{1,4}):([0-5]?\d)")
HOURS = re.compile(r"(\d{1,4})(?:[.,](\d{1,4}))?")
UNCLEAR = gettext_lazy("Write the hours like this: 2 or 1.5 or 1:30.")
BETWEEN = gettext_lazy("Write a time from 1 minute to 24 hours.")


class NoDuration(ValueError):
    """What was typed is no length of time that can be noted; `words` tell a person why."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


def parse_hours(typed: str) -> int:
    """Return minutes: of "1:30", "1.5", "1,5" or "2", with the digits of any script.

    A fraction is rounded to the nearest minute. Raises `NoDuration` for what is none of these, and for less
    than a minute or more than a day.
    """
    text = unicodedata.normalize("NFKC", visible(typed)).replace("٫", ".").replace("،", ",")
    text = ascii_digits(text).strip()
    if found := CLOCK.fullmatch(text):
        minutes = int(found[1]) * AN_HOUR + int(found[2])
    elif found := HOURS.fullmatch(text):
        minutes = round(Fraction(f"{found[1]}.{found[2] or 0}") * AN_HOUR)
    else:
        raise NoDuration(str(UNCLEAR))
    if not 1 <= minutes <= MOST_MINUTES:
        raise NoDuration(str(BETWEEN))
    return minutes


def in_words(minutes: int) -> str:
    """Return a length of time as people say it: "1 hour and 30 minutes"."""
    hours, rest = divmod(minutes, AN_HOUR)
    whole = ngettext("%(count)d hour", "%(count)d hours", hours) % {"count": hours}
    part = ngettext("%(count)d minute", "%(count)d minutes", rest) % {"count": rest}
    if not rest:
        return whole
    return _("%(hours)s and %(minutes)s") % {"hours": whole, "minutes": part} if hours else part
