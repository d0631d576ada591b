"""The mail that the demo would have sent, to be read in the browser."""

import email
import email.policy
from datetime import datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

BETWEEN_MAILS = b"\n" + b"-" * 79 + b"\n"
"""What Django's file backend writes after each mail."""
MOST_SHOWN = 50


class Mail(NamedTuple):
    to: str
    subject: str
    body: str
    at: datetime


@login_not_required
@require_safe
def mail(request: HttpRequest) -> HttpResponse:
    """Show the latest mails, the newest first."""
    mails = [mail for path in settings.MAIL_DIR.glob("*.log") for mail in _mails_in(path)]
    mails.sort(key=lambda mail: mail.at)
    mails.reverse()
    return render(request, "demo_mail.html", {"mails": mails[:MOST_SHOWN]})


def _mails_in(path: Path) -> list[Mail]:
    sources = path.read_bytes().split(BETWEEN_MAILS)
    return [_parse(source) for source in sources if source.strip()]


def _parse(source: bytes) -> Mail:
    message = email.message_from_bytes(source, policy=email.policy.default)
    body = message.get_body(("plain",))
    return Mail(
        to=str(message["To"]),
        subject=str(message["Subject"]),
        body=body.get_content() if body else "",
        at=parsedate_to_datetime(str(message["Date"])),
    )
