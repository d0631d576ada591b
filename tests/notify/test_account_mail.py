"""Codes go out by the outbox: at once, encrypted until they are sent, and no page waits for them."""

import re
from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.db import connection
from django.db.models.functions import Now

from mutualaid.notify.accounts.mail import post
from mutualaid.notify.delivery import deliver_one
from mutualaid.notify.models import AccountMail, Notification, Suppression
from mutualaid.notify.recipient import address_fingerprint
from mutualaid.notify.tasks import sweep
from mutualaid.retention.erasing import erase_expired
from tests.notify.test_when_messages_go import quiet_now
from tests.support.people import send_all_again, wishes

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
CODE = re.compile(r"[A-Z0-9]{4}-[A-Z0-9]{4}")
LOGIN = "/account/login/"


@pytest.fixture(autouse=True)
def _no_tries_yet():
    cache.clear()


def stored() -> str:
    """All that the outbox holds, as it lies in the database."""
    with connection.cursor() as cursor:
        rows = []
        for model in (AccountMail, Notification):
            cursor.execute(f"SELECT * FROM {model._meta.db_table}")
            rows += cursor.fetchall()
    return repr(rows)


def page_of(letter: EmailMessage) -> str:
    assert isinstance(letter, EmailMultiAlternatives)
    return str(letter.alternatives[0][0])


def code_in(letter: EmailMessage) -> str:
    found = CODE.search(str(letter.body))
    assert found
    return found.group()


def time_is_over() -> None:
    AccountMail.objects.update(expires_at=Now())


def test_while_it_waits_neither_the_code_nor_the_address_can_be_read(client, rosa):
    client.post(LOGIN, {"login": rosa.email})
    waiting = stored()
    sweep()
    (letter,) = mail.outbox
    code = code_in(letter)
    assert letter.to == [rosa.email]
    for kept in (code, rosa.email, "Your code"):
        assert kept not in waiting


def test_once_it_is_sent_nothing_of_it_is_left(client, rosa):
    client.post(LOGIN, {"login": rosa.email})
    sweep()
    assert not AccountMail.objects.exists()
    assert Notification.objects.get().state == "sent"


def test_a_worker_is_told_at_once_and_only_a_number(
    client, rosa, monkeypatch, django_capture_on_commit_callbacks
):
    told: list[Any] = []
    monkeypatch.setattr("celery.app.task.Task.apply_async", lambda task, ids, **_: told.append(ids))
    with django_capture_on_commit_callbacks(execute=True):
        client.post(LOGIN, {"login": rosa.email})
    assert told == [(Notification.objects.get().pk,)]


def test_a_mail_server_that_is_gone_delays_it_and_loses_nothing(client, rosa, settings):
    client.post(LOGIN, {"login": rosa.email})
    working = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    row = Notification.objects.get()
    assert not deliver_one(row.pk)
    assert AccountMail.objects.exists()
    settings.EMAIL_BACKEND = working
    Notification.objects.update(due_at=Now())
    sweep()
    code = code_in(mail.outbox[0])
    answer = client.post("/account/login/code/confirm/", {"code": code})
    assert answer.headers["Location"] == "/me/"


def test_a_code_that_is_over_is_not_sent_any_more_and_is_gone(client, rosa):
    client.post(LOGIN, {"login": rosa.email})
    time_is_over()
    sweep()
    assert mail.outbox == []
    assert Notification.objects.get().state == "cancelled"
    assert not AccountMail.objects.exists()


def test_what_no_one_ever_came_to_send_is_erased_by_the_clock(client, rosa):
    client.post(LOGIN, {"login": rosa.email})
    Notification.objects.all().delete()
    time_is_over()
    erase_expired()
    assert not AccountMail.objects.exists()


def test_known_and_unknown_addresses_leave_the_same_rows(client, rosa):
    def left(address: str) -> tuple[int, list[Any]]:
        Notification.objects.all().delete()
        AccountMail.objects.all().delete()
        client.post(LOGIN, {"login": address})
        client.cookies.clear()
        rows = Notification.objects.values_list("kind", "state", "recipient", "urgent")
        return AccountMail.objects.count(), list(rows)

    assert left(rosa.email) == left("unknown@people.example")


@pytest.mark.parametrize("why", ["stop", "bounced"])
def test_no_suppression_holds_back_what_someone_is_waiting_for(client, rosa, why):
    Suppression.add("email", address_fingerprint(rosa.email), why)
    client.post(LOGIN, {"login": rosa.email})
    sweep()
    assert [letter.to for letter in mail.outbox] == [[rosa.email]]


def test_it_waits_for_no_quiet_hours_and_cannot_be_refused(client, rosa):
    wishes(rosa, ways={"invitations": [], "tasks": []}, **quiet_now())
    client.post(LOGIN, {"login": rosa.email})
    sweep()
    (letter,) = mail.outbox
    assert "List-Unsubscribe" not in letter.extra_headers
    assert "No more messages" not in letter.body


def test_it_is_written_in_the_language_of_the_page(client, rosa):
    client.post(LOGIN, {"login": rosa.email}, headers={"accept-language": "es"})
    sweep()
    (letter,) = mail.outbox
    assert letter.subject == "Mutual Aid: Tu código"
    assert 'lang="es"' in page_of(letter)


def test_its_links_can_be_followed_in_the_html_too(client):
    client.post(LOGIN, {"login": "unknown@people.example"})
    sweep()
    html = page_of(mail.outbox[0])
    assert '<a href="http://localhost:8000/account/signup/"' in html


def test_its_words_stay_words_in_the_html():
    post("ana@people.example", "Hello", "<b>bold</b>")
    sweep()
    assert "<b>" not in page_of(mail.outbox[0])


def test_given_up_or_tried_again_by_a_coordinator_it_says_nothing_old(client, rosa):
    client.post(LOGIN, {"login": rosa.email})
    Notification.objects.update(state="failed")
    AccountMail.objects.all().delete()
    send_all_again()
    sweep()
    assert mail.outbox == []
    assert Notification.objects.get().state == "cancelled"


def test_a_code_is_the_largest_thing_in_its_mail(mailoutbox):
    post(
        "rosa@example.org", "Your code", "This is your code:\n\nABCD-2345\n\nIt works for a while."
    )
    sweep()
    html = str(mailoutbox[-1].alternatives[0].content)
    assert re.search(r'<p class="code" style="font: 700 28px[^>]*><bdi>ABCD-2345</bdi></p>', html)
    assert html.count('class="code"') == 1
