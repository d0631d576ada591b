"""A worker that is stopped at any line of sending a mail: late or twice under one Message-ID, never lost."""

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend

from mutualaid.notify import delivery
from mutualaid.notify.models import Notification
from mutualaid.notify.tasks import sweep
from tests.support.people import MAIL, ask_by

pytestmark = pytest.mark.django_db


class Killed(BaseException):
    """The process ends here; nothing after it runs."""


def dies(*args: object, **kwargs: object) -> None:
    raise Killed


@pytest.mark.parametrize(
    ("place", "copies"), [("compose", 1), ("send", 1), ("after", 2), ("mark", 1)]
)
def test_exactly_what_is_promised_goes_out(monkeypatch, place, copies):
    ask_by(MAIL)
    row = Notification.objects.get()
    send = EmailBackend.send_messages

    def sends_and_dies(*args):
        send(*args)
        raise Killed

    with monkeypatch.context() as broken:
        match place:
            case "compose":
                broken.setattr(delivery, "compose", dies)
            case "send":
                broken.setattr(EmailBackend, "send_messages", dies)
            case "after":
                broken.setattr(EmailBackend, "send_messages", sends_and_dies)
            case "mark":
                broken.setattr(delivery, "_settle", dies)
        with pytest.raises(Killed):
            delivery.deliver_one(row.pk)
    sweep()
    row.refresh_from_db()
    assert row.state == "waiting", "its lease is not over"
    Notification.objects.update(lease_until=None)
    sweep()
    sweep()
    row.refresh_from_db()
    assert row.state == "sent"
    assert len(mail.outbox) == copies
    assert {letter.extra_headers["Message-ID"] for letter in mail.outbox} == {
        row.attempts.get().message_id
    }
