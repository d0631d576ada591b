"""`manage.py setup` as an operator runs it, before anything exists and again later."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from mutualaid.hosting import env_file
from mutualaid.hosting.site_process import SiteFailed, site_rows
from mutualaid.hosting.start import OF_A_SITE
from tests.support import migrated, postman
from tests.support.site import MANAGE, PATIENCE

pytestmark = [pytest.mark.slow, pytest.mark.one_database]
NAME = 'Ana\'s "Old" $HOME `id` 100% Hafen ü'
ANSWERS = {
    "name": NAME,
    "place": "Neighbours of Riverside",
    "site_url": "http://localhost:8000",
    "phone": "555 0100",
    "time_zone": "Europe/Berlin",
    "languages": "es en",
    "coordinator_name": "Carla",
    "coordinator": "carla@example.org",
}


def manage(*words: str, answers: object = None, code: int = 0, **environment: str) -> str:
    inherited = {name: value for name, value in os.environ.items() if name not in OF_A_SITE}
    done = subprocess.run(
        [*MANAGE, *words],
        cwd=settings.BASE_DIR,
        env=inherited | environment,
        input=json.dumps(answers),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == code, done.stdout
    assert "Traceback" not in done.stdout
    return done.stdout


def ask(file: Path, program: str) -> str:
    """What a process of the site answers, started by its file."""
    return manage("shell", "-v", "0", "-c", program, "--env-file", str(file)).strip()


def test_a_site_is_set_up_from_nothing_and_again(tmp_path: Path) -> None:
    folder = tmp_path / "dä ta"
    file = folder / "site.env"
    migrated.copy_to(folder / "db.sqlite3")
    words = ["setup", "--env-file", str(file), "--answers", "-"]
    with postman.at_work() as (office, controller):
        mail = {"mail_host": f"127.0.0.1:{controller.port}", "sender": "help@example.org"}
        first = manage(*words, answers=ANSWERS | mail | {"test_mail_to": "carla@example.org"})
        kept = file.read_bytes()
        again = manage(*words, answers={})
        refused = manage(
            *words, answers={"coordinator_name": "Eve", "coordinator": "eve@example.org"}, code=1
        )

    (letter,) = office.letters
    assert letter["To"] == "carla@example.org"
    assert str(folder / "secrets.json") in first
    assert "Copy that file to another place" in first
    assert "A test mail is on its way" in first
    assert "Nothing is different" in again
    assert "decided by two" in refused
    assert file.read_bytes() == kept
    assert env_file.read(file)["PHONE_REGION"] == "DE", "from the time zone"
    found = ask(
        file,
        "from mutualaid.group.current import read_group as g; from mutualaid.people.models import User;"
        " from mutualaid.group.models import GroupProfileChange as C;"
        " print(g().name, g().languages, g().values()['line_es'], g().phone, C.objects.count(),"
        " *User.objects.coordinators().values_list('email', flat=True), User.objects.count(), sep='|')",
    )
    assert found == f"{NAME}|es en|Neighbours of Riverside|555 0100|2|carla@example.org|1"


def test_a_mail_server_that_answers_too_late_stops_nothing(tmp_path: Path) -> None:
    file = tmp_path / "site.env"
    migrated.copy_to(tmp_path / "db.sqlite3")
    with socket.create_server(("127.0.0.1", 0)) as silent:
        mail = {
            "mail_host": f"127.0.0.1:{silent.getsockname()[1]}",
            "sender": "help@example.org",
            "test_mail_to": "carla@example.org",
        }
        words = ("setup", "--env-file", str(file), "--answers", "-")
        told = manage(*words, answers=ANSWERS | mail)
    assert "has not answered within 8 seconds. The mail may still arrive." in told
    assert ask(file, "from mutualaid.people.models import User; print(User.objects.count())") == "1"


def test_wrong_answers_are_named_at_once_and_nothing_is_written(tmp_path: Path) -> None:
    file = tmp_path / "site.env"
    told = manage(
        "setup", "--env-file", str(file), "--answers", "-",
        answers=ANSWERS | {"time_zone": "Mars", "region": "XX"}, code=1,
    )  # fmt: skip

    assert "time_zone: Write a time zone" in told
    assert "region: Write the two letters" in told
    assert not file.exists()
    assert [path.name for path in tmp_path.iterdir()] == [".site.env.lock"]


def test_a_file_that_is_not_there_or_damaged_is_told_in_a_line(tmp_path: Path) -> None:
    file = tmp_path / "site.env"
    assert "There is no file" in manage("check", "--env-file", str(file), code=1)
    file.write_text('GROUP_NAME="no end\n')
    assert "GROUP_NAME: a quote begins here" in manage("check", f"--env-file={file}", code=1)


def test_a_process_of_the_site_that_does_not_start_is_told(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    with pytest.raises(SiteFailed, match="could not be started: No such file"):
        site_rows(tmp_path / "site.env")
