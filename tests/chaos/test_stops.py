"""A worker is stopped at every step of sending. What follows is promised: one mail, or one copy."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core import mail
from django.core.mail import EmailMessage

from mutualaid.notify import delivery
from mutualaid.notify.models import LEASE, Notification
from mutualaid.notify.tasks import sweep
from requests_app.actions import ContactDetails
from tests.support import factories

pytestmark = pytest.mark.django_db
really_send = EmailMessage.send


class Stopped(BaseException):
    """As a kill is: nothing of ours catches it."""


def stop(*_args: object, **_more: object) -> None:
    raise Stopped


def send_and_stop(letter: EmailMessage) -> None:
    really_send(letter)
    raise Stopped


STOPS: dict[str, tuple[object, str, Callable[..., None], int]] = {
    "before it is composed": (delivery, "compose", stop, 1),
    "before it is sent": (EmailMessage, "send", stop, 1),
    "after it was sent": (EmailMessage, "send", send_and_stop, 2),
}
"""Where, and how many copies arrive in all."""


@pytest.fixture
def row() -> Notification:
    factories.need(contact=ContactDetails(name="Ana", email="ana@people.example"))
    return Notification.objects.get()


@pytest.mark.parametrize("when", STOPS)
def test_who_takes_over_sends_once_and_a_copy_says_that_it_is_one(row, monkeypatch, when):
    where, step, instead, copies = STOPS[when]
    with monkeypatch.context() as stopped:
        stopped.setattr(where, step, instead)
        with pytest.raises(Stopped):
            sweep()
    sweep()
    assert len(mail.outbox) == copies - 1, "until the lease is over nobody else is at it"
    the_lease_is_over(row)
    for _ in range(3):
        sweep()
    assert [letter.extra_headers["Message-ID"] for letter in mail.outbox] == [
        row.attempts.get().message_id
    ] * copies
    row.refresh_from_db()
    assert (row.state, row.tries) == ("sent", 2)


def test_who_lost_the_lease_cannot_take_it_from_who_has_it(row, monkeypatch):
    """Two at it: the first hung longer than its lease, and fails after the second has begun."""

    def hang_and_fail(_letter: EmailMessage) -> None:
        the_lease_is_over(row)
        assert Notification.objects.take(row.pk), "the second"
        raise ConnectionResetError

    monkeypatch.setattr(EmailMessage, "send", hang_and_fail)
    delivery.deliver_one(row.pk)
    assert Notification.objects.take(row.pk) is None, "a third would send it twice"


def the_lease_is_over(row: Notification) -> None:
    row.refresh_from_db()
    Notification.objects.filter(pk=row.pk).update(
        lease_until=row.lease_until - LEASE - timedelta(seconds=1)
    )
