"""The mail server hangs, and no page waits for it: only a worker ever talks to it."""

import socket
from collections.abc import Iterator

import pytest
from django.test import Client

from mutualaid.matching.tasks import sweep as match_what_is_due
from mutualaid.notify.models import Notification
from requests_app.models import Claim, Need
from tests.support import factories
from tests.support.asking import ANSWERS, ask, words_and_places
from tests.support.scene import match_of


@pytest.fixture
def dead_mail(settings) -> Iterator[socket.socket]:
    """A mail server that takes connections and never answers; `accept` tells who came."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    with socket.create_server(("127.0.0.1", 0)) as server:
        settings.EMAIL_HOST, settings.EMAIL_PORT = server.getsockname()
        server.setblocking(False)
        yield server


@pytest.mark.django_db(transaction=True)
def test_from_the_question_to_the_thanks_no_one_waits_for_the_mail_server(
    client, signed_in, sam, dead_mail
):
    words_and_places()
    factories.offer(by=sam)
    path = ask(client, contact=ANSWERS["contact"] | {"email": "ana@people.example"})
    match_what_is_due()
    need = Need.objects.get()
    helper = signed_in(sam)
    for page in ("/", "/board/", "/help/", f"/help/{match_of(sam, need).public_id}/"):
        assert helper.get(page).status_code == 200
    helper.post(f"/help/{match_of(sam, need).public_id}/yes/")
    claim = Claim.objects.get()
    for step in ("in-touch", "done"):
        assert helper.post(f"/claims/{claim.public_id}/{step}/").status_code == 302
    assert client.get(path).status_code == 200

    signed_out = Client()
    for path, typed in (
        ("login", {"login": sam.email}),
        ("login", {"login": "unknown@people.example"}),
        ("signup", {"email": "nadia@people.example", "name": "Nadia"}),
        ("password/reset", {"email": sam.email}),
    ):
        assert signed_out.post(f"/account/{path}/", typed).status_code == 302
        signed_out.cookies.clear()

    assert Notification.objects.filter(kind="account_mail", state="waiting").count() == 4
    assert Notification.objects.filter(state="waiting").count() >= 7
    with pytest.raises(BlockingIOError):
        dead_mail.accept()
