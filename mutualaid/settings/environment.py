"""Environment variables that need more than their type: what is wrong is one sentence that names them."""

from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.core.exceptions import ImproperlyConfigured
from environs import Env

LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")


class BadVariable(ImproperlyConfigured):
    """A variable cannot be used. The text never holds its value, which may be a password."""

    def __init__(self, name: str, right: str) -> None:
        super().__init__(f"{name} cannot be used. {right}")


class Environment(Env):
    """The reader of `environs`, with the kinds of values that it does not check."""

    def choice(self, name: str, default: str, choices: tuple[str, ...]) -> str:
        """Raises `BadVariable` for what is none of `choices`."""
        value = self.str(name, "") or default
        if value not in choices:
            raise BadVariable(name, f"Write one of these: {', '.join(choices)}.")
        return value

    def time_zone(self, name: str, default: str) -> str:
        """Raises `BadVariable` for a time zone that does not exist."""
        value = self.str(name, "") or default
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError):
            raise BadVariable(name, "Write a time zone, as America/New_York.") from None
        return value

    def web_address(self, name: str, default: str) -> str:
        """Raises `BadVariable` for what is no address of a page."""
        value = self.str(name, "") or default
        try:
            parts = urlsplit(value)
            is_address = parts.scheme in ("http", "https") and parts.port != 0
        except ValueError:
            is_address = False
        if not is_address or not parts.hostname:
            raise BadVariable(name, "Write an address, as https://help.example.org.")
        return value

    def mail_server(self, name: str, default: str) -> Any:
        """Return Django's settings of a mail server. Raises `BadVariable` where it names none."""
        found: Any = self.dj_email_url(name, default)
        if "EMAIL_BACKEND" not in found:
            right = "Write an address, as submission://NAME:PASSWORD@HOST:587, or leave the variable out."
            raise BadVariable(name, right)
        return found
