"""The example of settings names every variable, and a site that is run by it is fit for the internet."""

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from mutualaid.backups.sealing import Lock, read_recipients

DEPLOY = settings.BASE_DIR / "mutualaid" / "deploy"
EXAMPLE = DEPLOY / "mutualaid.env"
NAMED = re.compile(r"^#?([A-Z][A-Z_]+)=", re.M)
SOURCED = 'set -a; . "$0"; exec "$@"'


def names_in(example: Path) -> list[str]:
    return NAMED.findall(example.read_text())


def read_by_settings() -> Iterator[str]:
    for path in (settings.BASE_DIR / "mutualaid" / "settings").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            match node:
                case ast.Call(
                    func=ast.Attribute(value=ast.Name("env")), args=[ast.Constant(str(name)), *_]
                ):
                    yield name


def read_by_units() -> set[str]:
    text = "".join(path.read_text() for path in (DEPLOY / "systemd").rglob("*.service"))
    return set(re.findall(r"\$\{([A-Z_]+)\}", text))


WEB_SERVER = {"WEB_WORKERS", "WEB_THREADS", "BIND"}
"""Read by gunicorn.conf.py."""


def test_every_variable_that_the_settings_read_is_explained():
    assert set(read_by_settings()) >= {"SITE_URL", "EMAIL_URL", "DATABASE_URL", "WORKER_THREADS"}
    assert set(read_by_settings()) - set(names_in(EXAMPLE)) == set()


def test_every_variable_that_is_explained_is_read_by_something():
    read = set(read_by_settings()) | read_by_units() | WEB_SERVER
    assert set(names_in(EXAMPLE)) - read == set()


def test_each_is_there_once_below_its_explanation():
    names = names_in(EXAMPLE)
    assert sorted(set(names)) == sorted(names)
    lines = EXAMPLE.read_text().splitlines()
    bare = [
        line
        for before, line in zip(["", *lines], lines, strict=False)
        if NAMED.match(line) and not before.strip()
    ]
    assert bare == []


def test_all_values_are_in_double_quotes_so_that_sh_and_systemd_read_the_same():
    text = EXAMPLE.read_text()
    assert len(NAMED.findall(text)) == len(re.findall(r'^#?[A-Z_]+="[^"\\$`]*"$', text, re.M))


def test_the_key_that_backups_are_sealed_for_is_one():
    (recipient,) = re.findall(r'^BACKUP_RECIPIENTS="(.*)"$', EXAMPLE.read_text(), re.M)
    assert len(read_recipients(Lock(recipients=[recipient]))) == 1


@pytest.mark.slow
@pytest.mark.one_database
def test_a_site_by_the_example_is_fit_for_the_internet(tmp_path: Path):
    inherited = {name: value for name, value in os.environ.items() if name not in names_in(EXAMPLE)}
    environment = inherited | {"DATA_DIR": str(tmp_path)}

    def manage(*words: str) -> str:
        command = ["sh", "-c", SOURCED, str(EXAMPLE), sys.executable, "manage.py", *words]
        done = subprocess.run(
            command,
            cwd=settings.BASE_DIR,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        return done.stdout

    before = manage("check", "--deploy")
    assert "Pages have no style and no pictures" in before
    assert before.count("mutualaid.") == 1
    manage("collectstatic", "--noinput", "--verbosity", "0")
    assert "no issues" in manage("check", "--deploy", "--fail-level", "WARNING")
