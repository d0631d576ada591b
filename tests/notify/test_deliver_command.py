"""`manage.py deliver`: the outbox is emptied with no broker and no worker at all."""

from io import StringIO

import pytest
from django.conf import settings
from django.core import mail
from django.core.management import call_command

from mutualaid.notify.models import Notification
from tests.support.people import MAIL, ask_by

pytestmark = pytest.mark.django_db


def test_it_sends_what_is_due_without_a_broker():
    assert settings.BROKER_SOCKET is None or not settings.BROKER_SOCKET.exists()
    for _ in range(3):
        ask_by(MAIL)
    out = StringIO()
    call_command("deliver", stdout=out)
    assert len(mail.outbox) == 3
    assert out.getvalue() == "3 messages sent.\n"
    call_command("deliver", verbosity=0)
    assert len(mail.outbox) == 3


def test_one_that_cannot_go_does_not_hold_up_the_others():
    ask_by(MAIL)
    Notification.objects.update(about_id=987654)
    ask_by(MAIL)
    call_command("deliver", verbosity=0)
    assert len(mail.outbox) == 1
