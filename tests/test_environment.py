"""A variable that cannot be used is named in one sentence, and its value is not repeated."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from environs.exceptions import EnvError

from mutualaid.settings.environment import Environment

HIDDEN = "hunter2"
WRONG = [
    ("mail_server", ["", "nonsense", "smtp://localhost:x", f"tcp://me:{HIDDEN}@host:25"]),
    ("dj_db_url", ["", "nonsense", f"postgres://me:{HIDDEN}@host:x/d"]),
    (
        "web_address",
        ["nonsense", "javascript:x", "http://[", "//host", "https://", "http://host:x"],
    ),
    ("time_zone", ["Mars", "../etc/passwd", "/etc/localtime", "\x01"]),
]


@pytest.mark.parametrize(("kind", "value"), [(kind, value) for kind, all in WRONG for value in all])
def test_what_cannot_be_used_is_one_sentence(monkeypatch, kind, value):
    monkeypatch.setenv("SOME_NAME", value)
    with pytest.raises((EnvError, ImproperlyConfigured)) as refused:
        getattr(Environment(), kind)("SOME_NAME", "unused")
    assert "SOME_NAME" in str(refused.value)
    assert "\n" not in str(refused.value)
    assert HIDDEN not in str(refused.value)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("mail_server", "submission://me:pass@mail.example:587"),
        ("web_address", "https://help.example.org"),
        ("web_address", "http://[::1]:8000/"),
        ("time_zone", "America/New_York"),
    ],
)
def test_what_is_right_is_taken(monkeypatch, kind, value):
    monkeypatch.setenv("SOME_NAME", value)
    assert getattr(Environment(), kind)("SOME_NAME", "unused")


def test_a_choice_names_what_there_is(monkeypatch):
    monkeypatch.setenv("SOME_NAME", "c")
    with pytest.raises(
        ImproperlyConfigured, match=r"SOME_NAME cannot be used\. Write one of these: a, b\."
    ):
        Environment().choice("SOME_NAME", "a", ("a", "b"))
    monkeypatch.setenv("SOME_NAME", "")
    assert Environment().choice("SOME_NAME", "a", ("a", "b")) == "a"
