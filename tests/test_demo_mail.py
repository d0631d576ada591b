"""The page on which the demo's mail is read."""

import pytest
from django.core.mail import EmailMessage, get_connection

from mutualaid.demo.views import mail

pytestmark = pytest.mark.django_db


@pytest.fixture
def send(settings, tmp_path):
    settings.MAIL_DIR = tmp_path
    backend = get_connection(
        "django.core.mail.backends.filebased.EmailBackend", file_path=str(tmp_path)
    )

    def send(subject: str, body: str) -> None:
        EmailMessage(subject, body, to=["rosa@demo.example"], connection=backend).send()

    return send


@pytest.mark.parametrize("text", ["طلب يناسبك · اليوم", "¡Gracias! Añádelo", "Plain words"])
def test_mail_in_any_script_is_shown_as_it_was_written(rf, send, text):
    send("First", "one")
    send(text, f"{text}\n\n{'-' * 30}\nhttp://localhost:8000/help/")
    page = mail(rf.get("/demo/mail/")).content.decode()
    assert page.count(text) == 2
    assert 'href="http://localhost:8000/help/"' in page
    assert page.index(text) < page.index("First")


def test_without_the_demo_there_is_no_such_page(client):
    assert client.get("/demo/mail/").status_code == 404
