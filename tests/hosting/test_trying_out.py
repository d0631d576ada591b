"""A test message is really sent; a server that is silent, refuses or is away holds up nothing."""

import socket

import pytest

from mutualaid.hosting import trying_out
from mutualaid.hosting.mail_address import MailServer
from tests.support import postman
from tests.support.site import free_port

ABOUT = {"sender": "Harbour <help@example.org>", "to": "carla@example.org", "name": "Harbour"}


def test_a_test_mail_arrives() -> None:
    with postman.at_work() as (office, controller):
        tried = trying_out.send_test_mail(MailServer(f"127.0.0.1:{controller.port}"), **ABOUT)

    assert tried.is_sent
    (letter,) = office.letters
    assert (letter["To"], letter["From"]) == ("carla@example.org", "Harbour <help@example.org>")
    assert "the site of Harbour" in letter.get_content()


def test_a_refusal_is_told_in_the_words_of_the_server() -> None:
    with postman.at_work() as (office, controller):
        office.answer = "554 5.7.1 no relaying here"
        tried = trying_out.send_test_mail(MailServer(f"127.0.0.1:{controller.port}"), **ABOUT)

    assert not tried.is_sent
    assert "says no: 5.7.1 no relaying here" in tried.words


def test_a_mail_server_that_never_answers_is_not_waited_for(monkeypatch) -> None:
    monkeypatch.setattr(trying_out, "MAIL_SECONDS", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        server = MailServer(f"127.0.0.1:{silent.getsockname()[1]}")
        tried = trying_out.send_test_mail(server, **ABOUT)

    assert not tried.is_sent
    assert "has not answered within" in tried.words


def test_a_mail_server_that_is_away_is_said_to_be() -> None:
    tried = trying_out.send_test_mail(MailServer(f"127.0.0.1:{free_port()}"), **ABOUT)

    assert not tried.is_sent
    assert "cannot be reached" in tried.words


@pytest.mark.parametrize(
    ("address", "warning"),
    [
        ("127.0.0.1", ""),
        ("::1", ""),
        ("192.0.2.7", "leads to 192.0.2.7, which is not this machine"),
    ],
)
def test_a_name_that_leads_elsewhere_is_only_a_warning(monkeypatch, address, warning) -> None:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    found = [(family, socket.SOCK_STREAM, 6, "", (address, 443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args: found)

    assert warning in trying_out.look_up("https://help.example.org")
    assert bool(warning) == bool(trying_out.look_up("https://help.example.org"))


def test_a_name_that_leads_nowhere_is_told(monkeypatch) -> None:
    def unknown(*_args: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    assert "leads nowhere yet" in trying_out.look_up("https://help.example.org")
