"""The coordinators' team chat hears what happened, and never to whom. Apprise is real, the chat is ours."""

from collections.abc import Iterator
from contextlib import suppress
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import SplitResult

import pytest

from mutualaid.boundary.outbound import MOST_BYTES, guarded
from mutualaid.notify.models import Notification
from mutualaid.notify.tasks import sweep
from requests_app import actions
from requests_app.lifecycle.actors import coordinator, volunteer
from requests_app.models import Need
from tests.support import factories
from tests.support.gateway import Gateway, gateway, serving

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


@pytest.fixture
def chat(settings) -> Iterator[Gateway]:
    with gateway() as told:
        told.status = 200
        settings.TEAM_CHAT_URLS = [f"json://127.0.0.1:{told.port}/chat"]
        yield told


def sensitive() -> Need:
    return factories.need(category=factories.category("one-night", sensitive=True))


def test_a_need_that_is_to_be_read_is_told_there_with_its_page_in_the_admin(chat):
    need = sensitive()
    sweep()
    (posted,) = chat.asked
    assert f"/admin/requests_app/need/{need.pk}/change/" in posted.body
    assert "A need is to be read" in posted.body
    for kept in ("Ana", "555", "Hill Road", "Riverside", "night"):
        assert kept not in posted.body


def test_what_did_not_arrive_is_said_there(chat, sam):
    claim = actions.claim_need(factories.need(), by=sam, weekly_limit=2)
    actions.deliver_claim(claim, by=volunteer(sam))
    actions.report_not_arrived(claim.need)
    sweep()
    assert ["It didn't arrive" in asked.body for asked in chat.asked] == [True]


def test_what_was_read_in_the_meantime_is_not_said(chat, carla):
    actions.publish_need(sensitive(), by=coordinator(carla))
    sweep()
    assert chat.asked == []


def test_a_group_without_a_team_chat_has_no_such_rows():
    sensitive()
    assert not Notification.objects.exists()


def test_a_team_chat_that_does_not_answer_is_told_later(chat):
    chat.status = 500
    sensitive()
    sweep()
    row = Notification.objects.get()
    assert (row.state, row.error) == ("waiting", "ChatRefused")


def test_a_team_chat_that_sends_on_is_not_followed(chat, settings):
    chat.status, chat.location = 307, f"http://127.0.0.1:{chat.port}/elsewhere"
    sensitive()
    sweep()
    assert [asked.path for asked in chat.asked] == ["/chat"]


def test_a_name_that_leads_to_this_machine_is_not_followed_either(chat, settings, monkeypatch):
    """The library looks up another name than the one in the settings, as after a redirect."""
    settings.TEAM_CHAT_URLS = [f"json://localhost:{chat.port}/chat"]
    monkeypatch.setattr(
        "mutualaid.notify.channels.team_chat.urlsplit", lambda url: SplitResult(*[""] * 5)
    )
    sensitive()
    sweep()
    assert chat.asked == []
    assert Notification.objects.get().error == "ChatRefused"


@pytest.fixture
def endless(settings) -> Iterator[list[int]]:
    """A chat that never ends its answer; the sizes of what it could send so far."""
    sent: list[int] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.send_response(200)
            self.end_headers()
            with suppress(OSError):
                while True:
                    sent.append(self.wfile.write(b"x" * 65_536))

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    with serving(server) as port:
        settings.TEAM_CHAT_URLS = [f"json://127.0.0.1:{port}/chat"]
        yield sent


def test_a_team_chat_whose_answer_never_ends_is_left_and_told_later(endless):
    sensitive()
    sweep()
    row = Notification.objects.get()
    assert (row.state, row.error) == ("waiting", "ChatRefused")
    assert 0 < sum(endless) < 20_000_000, "no more than what fits into the buffers of two sockets"


def test_an_answer_of_another_is_not_measured(chat):
    """Only what a library reads for us: whoever else is in this process reads on."""
    with guarded(["chat.example"]):
        pass
    chat.answer = "x" * 2 * MOST_BYTES
    connection = HTTPConnection("127.0.0.1", chat.port)
    connection.request("POST", "/", b"")
    assert len(connection.getresponse().read()) == 2 * MOST_BYTES
