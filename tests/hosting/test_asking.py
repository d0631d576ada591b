"""Each answer is checked beside its question, and asked again with what was typed."""

from collections.abc import Iterator

import pytest

from mutualaid.hosting.asking import WrongAnswers, ask_all, read_all
from mutualaid.hosting.mail_address import MailServer
from mutualaid.hosting.questions import KEYS, machine_time_zone
from mutualaid.hosting.setting_up import answers_in, variables_of

RIGHT = {
    "name": "Old Harbour Mutual Aid",
    "site_url": "https://help.example.org",
    "time_zone": "America/New_York",
    "region": "US",
    "languages": "en es",
    "coordinator_name": "Carla",
    "coordinator": "carla@example.org",
}


class Terminal:
    """Types `lines`, one for each question, and then Enter."""

    def __init__(self, *lines: str) -> None:
        self._lines: Iterator[str] = iter(lines)
        self.asked: list[str] = []
        self.shown: list[str] = []

    def read(self, prompt: str) -> str:
        self.asked.append(prompt.strip())
        return next(self._lines, "")

    def answers(self, known: dict[str, str]) -> dict[str, str]:
        return ask_all(known, read=self.read, read_secret=self.read, write=self.shown.append)


def test_enter_keeps_all_that_is_set_and_shows_it() -> None:
    terminal = Terminal()
    known = RIGHT | {"coordinators": "1", "phone": "555 0100", "sms_url": "sink://"}

    answers = terminal.answers(known)

    assert {key: answers[key] for key in known} == known | {
        "coordinator": "",
        "coordinator_name": "",
    }
    assert "[Old Harbour Mutual Aid]" in terminal.asked
    assert not any("sink" in prompt for prompt in terminal.asked), "it may hold a password"


def test_a_wrong_answer_is_asked_again_with_what_was_typed() -> None:
    terminal = Terminal("Harbour", "", "not an address!", "help.example.org")

    answers = terminal.answers(RIGHT)

    assert answers["site_url"] == "https://help.example.org"
    assert "[not an address!]" in terminal.asked
    assert any("Write the address of the front page" in line for line in terminal.shown)


def test_a_dash_clears_what_is_optional() -> None:
    known = RIGHT | {"place": "Riverside", "phone": "555 0100", "hours": "always"}

    answers = Terminal("", "-", "", "-").answers(known)

    assert (answers["place"], answers["phone"], answers["hours"]) == ("", "", "")


def test_the_country_is_proposed_from_the_time_zone() -> None:
    known = {key: value for key, value in RIGHT.items() if key != "region"}

    assert Terminal().answers(known | {"time_zone": "America/Port-au-Prince"})["region"] == "HT"


def test_the_time_zone_is_that_of_the_machine(tmp_path) -> None:
    (tmp_path / "etc").mkdir()
    assert machine_time_zone(tmp_path) == ""
    (tmp_path / "etc/timezone").write_text("Mars/Crater\n")
    (tmp_path / "usr/share/zoneinfo/Europe").mkdir(parents=True)
    (tmp_path / "usr/share/zoneinfo/Europe/Berlin").touch()
    (tmp_path / "etc/localtime").symlink_to(tmp_path / "usr/share/zoneinfo/Europe/Berlin")
    assert machine_time_zone(tmp_path) == "Europe/Berlin"


WRONG = {
    "name": "x" * 81,
    "site_url": "http://help.example.org",
    "phone": "ring us",
    "time_zone": "new york",
    "region": "XX",
    "languages": "en xx",
    "mail_host": "https://smtp.example.org",
    "sms_url": "twillio://x",
    "team_chat": "matrix",
    "alarm_phone": "555 0100",
    "security_contact": "someone",
    "backup_recipients": "AGE-SECRET-KEY-1",
    "coordinator_name": "",
    "coordinator": "0100",
    "test_sms_to": "555 0100",
    "naem": "misspelt",
}


def test_all_that_is_wrong_is_named_at_once() -> None:
    with pytest.raises(WrongAnswers) as refused:
        read_all({}, WRONG)

    named = {line.partition(":")[0] for line in str(refused.value).splitlines()}
    assert named == WRONG.keys()
    assert "Did you mean America/New_York?" in str(refused.value)


@pytest.mark.parametrize(
    "address",
    ["", "help example.org", "https://", "https://help.example.org/path", "https://a:b@help.example.org",
     "ftp://help.example.org", "https://help.example.org:99999", "https://-x.example.org", "https://a b"],
)  # fmt: skip
def test_what_is_no_address_of_a_front_page_is_refused(address: str) -> None:
    with pytest.raises(WrongAnswers, match="site_url"):
        read_all({}, RIGHT | {"site_url": address})


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("help.example.org", "https://help.example.org"),
        ("https://help.example.org/", "https://help.example.org"),
        ("https://HILFE-bücher.example", "https://xn--hilfe-bcher-zhb.example"),
        ("http://localhost:8001", "http://localhost:8001"),
    ],
)
def test_an_address_is_kept_in_one_form(typed: str, kept: str) -> None:
    assert read_all({}, RIGHT | {"site_url": typed})["site_url"] == kept


def test_a_file_of_answers_sends_no_test_unless_it_says_so() -> None:
    answers = read_all({}, RIGHT | {"mail_host": "smtp.example.org"})
    assert answers["test_mail_to"] == ""
    assert answers.keys() >= KEYS


def test_variables_hold_the_answers_and_give_them_back() -> None:
    answers = read_all(
        {},
        RIGHT | {
            "name": "Ana's \"Old\" Harbour, 100%",
            "phone": "555 0100",
            "hours": "every day from 9 to 6",
            "mail_host": "smtp.example.org:465",
            "mail_user": "me@example.org",
            "mail_password": "a/b:c@d %",
            "sender": "help@example.org",
            "sms_url": "android://a:b@host/path?key=1",
            "team_chat": "json://127.0.0.1/,json://127.0.0.1/other",
            "alarm_phone": "+15550100123",
            "backup_recipients": "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p",
        },
    )  # fmt: skip
    variables = {name: value for name, value in variables_of(answers).items() if value is not None}

    again = answers_in(variables)

    differing = {key for key, value in again.items() if answers[key] != value}
    assert variables["SECURITY_CONTACT"] == "help@example.org", "proposed, as it is public already"
    assert differing == {"languages"}, "the variable holds the first; the row of the group all"


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("smtp.example.org", "submission://smtp.example.org:587"),
        ("smtp.example.org:465", "smtps://smtp.example.org:465"),
        ("localhost:2525", "smtp://localhost:2525"),
        ("[::1]:25", "smtp://[::1]:25"),
    ],
)
def test_how_a_mail_server_is_spoken_to_follows_from_its_port(host: str, url: str) -> None:
    assert MailServer(host).url == url
    assert MailServer.parse(url).url == url
