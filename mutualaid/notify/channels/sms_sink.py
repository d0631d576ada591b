"""A gateway that sends nothing: it appends to a file, which the demo shows together with the mail."""

from email.message import EmailMessage
from email.utils import format_datetime
from urllib.parse import SplitResult

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

SEPARATOR = b"\n" + b"-" * 79 + b"\n"
"""What Django's file backend writes after each mail."""


class Sink:
    def __init__(self, url: SplitResult) -> None:
        self.file = settings.MAIL_DIR / "texts.log"

    def send(self, phone: str, text: str, *, message_id: str) -> None:
        mail = EmailMessage()
        mail["To"], mail["Subject"] = phone, _("Text message")
        mail["Date"], mail["Message-ID"] = format_datetime(timezone.now()), message_id
        mail.set_content(text)
        self.file.parent.mkdir(parents=True, exist_ok=True)
        with self.file.open("ab") as file:
            file.write(mail.as_bytes() + SEPARATOR)

    def read(self, request: HttpRequest) -> None:
        """None: no one replies to what was never sent."""
