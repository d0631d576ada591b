"""What a thing is called: one line, and no way to reach anyone in it, in whatever spelling."""

import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from mutualaid.forms.contact_in_text import has_contact
from mutualaid.forms.typed_text import one_line

MOST_LETTERS = 60
NO_CONTACT = _("Leave out phone numbers, e-mails and links. We put you in touch once you say yes.")
NO_WORDS = _("Write what it is, in a few words.")


def check_title(text: str) -> str:
    """Return what a thing is called, in one line.

    Raises `ValidationError` where it says how to reach someone, or nothing.
    """
    title = one_line(text)
    if not any(letter.isalpha() for letter in unicodedata.normalize("NFKC", title)):
        raise ValidationError(NO_WORDS, "no_words")
    if has_contact(title):
        raise ValidationError(NO_CONTACT, "contact")
    return title
