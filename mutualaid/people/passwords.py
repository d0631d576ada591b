"""Checks of new passwords: Django's own in our words, and one of words that anyone would try first here."""

import re

from django.conf import settings
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from mutualaid.group.current import current_group

WORDS = (
    "mutual", "aid", "help", "helper", "neighbour", "neighbor", "volunteer", "coordinator", "admin",
    "group", "community", "solidarity", "password", "passwort", "welcome", "letmein", "qwerty", "secret",
)  # fmt: skip
LEAST_LEFT = 8
"""Letters that a password must have beside such words."""


class LengthValidator(password_validation.MinimumLengthValidator):
    def get_error_message(self) -> str:
        return _("This password is too short. Use at least %d letters.") % self.min_length


class CommonValidator(password_validation.CommonPasswordValidator):
    def get_error_message(self) -> str:
        return _("Many people use this password. Choose one that no one expects.")


class SimilarityValidator(password_validation.UserAttributeSimilarityValidator):
    def get_error_message(self) -> str:
        return _("This password is too much like your name or your e-mail address.")


class OwnWordsValidator:
    """Refuse passwords that are little more than `WORDS`, the name of the group and of its site."""

    def validate(self, password: str, user: object = None) -> None:
        """Raises `ValidationError` where fewer than `LEAST_LEFT` letters are left without those words."""
        left = password.casefold()
        for word in sorted(own_words(), key=len, reverse=True):
            left = left.replace(word, "")
        if len(left) < LEAST_LEFT:
            raise ValidationError(self.get_help_text(), code="password_of_own_words")

    def get_help_text(self) -> str:
        return _(
            "Use more than words like the name of our group. A few words that no one expects are good."
        )


def own_words() -> set[str]:
    """`WORDS` and those of the group, in small letters: of three letters or more."""
    named = re.findall(r"\w{3,}", f"{current_group().name} {settings.SITE_URL}".casefold())
    return {*WORDS, *named}
