"""A gateway that sends nothing: for tests, and for the demo, where its messages are read with the mail."""

from email.message import EmailMessage
from email.utils import format_datetime
from urllib.parse import SplitResult

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

BETWEEN = b"\n" + b"-" * 79 + b"\n"
"""What Django's file backend writes after each mail."""


class Sink:
    def __init__(self, url: SplitResult) -> None:
        self.file = settings.MAIL_DIR / "texts.log"

    def send(self, phone: str, text: str, *, message_id: str) -> None:
        kept = EmailMessage()
        kept["To"], kept["Subject"] = phone, _("Text message")
        kept["Date"], kept["Message-ID"] = format_datetime(timezone.now()), message_id
        kept.set_content(text)
        self.file.parent.mkdir(parents=True, exist_ok=True)
        with self.file.open("ab") as file:
            file.write(kept.as_bytes() + BETWEEN)

    def read(self, request: HttpRequest) -> None:
        """Nobody replies to what was never sent."""
