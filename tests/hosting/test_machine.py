"""What `sites add` and `remove` do as the superuser: nothing that an account could turn to its ends."""

import os
import pwd
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from mutualaid.hosting import env_file, setting_up, site_process
from mutualaid.hosting.setting_up import how_to_start
from mutualaid.hosting.sites import adding, machine
from mutualaid.hosting.sites.adding import CannotAdd, add_site, remove_site
from mutualaid.hosting.sites.layout import Layout, Site

UNITS = Path(__file__).parents[2] / "mutualaid/deploy/systemd"


class Machine:
    """A machine whose only account is that of this test, and that remembers what it was told to run."""

    def __init__(self, root: Path) -> None:
        self.layout = Layout(root)
        self.site = Site("harbour", self.layout)
        self.commands: list[list[str]] = []
        self.given: list[tuple[Path, bool]] = []
        self.has_account = True
        self.is_large = False

    def run(self, command: Sequence[str], **_how: object) -> subprocess.CompletedProcess[str]:
        self.commands.append([*command])
        fails = "is-enabled" in command and not self.is_large
        return subprocess.CompletedProcess(command, int(fails), "", "")

    def account(self, name: str) -> pwd.struct_passwd:
        if not self.has_account:
            raise KeyError(name)
        return pwd.getpwuid(os.geteuid())

    def chown(self, path: Path, _user: int, _group: int, *, follow_symlinks: bool) -> None:
        self.given.append((path, follow_symlinks))

    def add(self) -> None:
        add_site(self.layout, "harbour", domain="a.example.org", port=None, say=lambda _line: None)

    def started(self) -> list[str]:
        (command,) = [words for words in self.commands if "enable" in words]
        return command


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    place = Machine(tmp_path / "root")
    monkeypatch.setattr(Layout, "is_machine", True)
    monkeypatch.setattr(machine, "SYSTEMD_RUNS", tmp_path)
    monkeypatch.setattr(
        "mutualaid.hosting.sites.machine.shutil.which", lambda name: f"/usr/bin/{name}"
    )
    monkeypatch.setattr("mutualaid.hosting.sites.machine.subprocess.run", place.run)
    monkeypatch.setattr(machine, "pwd", type("pwd", (), {"getpwnam": place.account}))
    monkeypatch.setattr("mutualaid.hosting.sites.machine.os.chown", place.chown)
    monkeypatch.setattr(adding, "site_rows", lambda _file, _changes: {})
    monkeypatch.setattr(adding, "run", lambda _file, *_words: "")
    return place


def test_what_is_made_is_given_to_the_account_and_no_link_is_followed(place: Machine) -> None:
    place.add()

    assert len(place.given) == 4, "three folders, and the keys"
    assert not any(follow for _path, follow in place.given)
    assert sorted(path.name for path in place.site.data_dir.parent.iterdir()) == ["harbour"]


def test_what_was_there_is_given_to_nobody(place: Machine) -> None:
    place.add()
    (place.site.data_dir / "link").symlink_to("/etc/shadow")
    (place.site.backups / "of-another-group.age").touch()
    place.given.clear()

    place.add()

    assert place.given == []


def test_a_folder_of_another_account_is_refused(place: Machine, monkeypatch) -> None:
    place.site.data_dir.mkdir(parents=True)
    monkeypatch.setattr(
        machine, "pwd", type("pwd", (), {"getpwnam": lambda _name: pwd.struct_passwd(
            ("a", "x", os.geteuid() + 1, 1, "", "/", "/")
        )})
    )  # fmt: skip
    with pytest.raises(CannotAdd, match="belongs to another account"):
        place.add()


def test_without_an_account_nothing_is_made_as_the_superuser(place: Machine) -> None:
    place.has_account = False

    with pytest.raises(CannotAdd, match="account mutualaid-harbour is missing"):
        place.add()

    assert not place.site.data_dir.exists()
    assert not place.site.snippet.exists()


def test_a_service_that_is_started_is_not_waited_for(place: Machine) -> None:
    place.add()
    assert "--no-block" in place.started()
    assert "mutualaid@harbour.service" in place.started()


def test_a_command_that_takes_too_long_is_told(place: Machine, monkeypatch) -> None:
    def hang(command: Sequence[str], **_how: object) -> None:
        raise subprocess.TimeoutExpired(command, 1)

    place.add()
    monkeypatch.setattr("mutualaid.hosting.sites.machine.subprocess.run", hang)
    lines: list[str] = []
    remove_site(place.layout, "harbour", say=lines.append)
    assert "took more than" in lines[0]


def test_where_the_large_form_is_switched_on_the_small_one_is_not_started(place: Machine) -> None:
    place.is_large = True

    place.add()

    assert "mutualaid-large@harbour.target" in place.started()
    assert "mutualaid@harbour.service" not in place.started()
    assert "mutualaid-backup@harbour.timer" in place.started()


def test_a_site_that_is_removed_is_off_in_both_forms(place: Machine) -> None:
    place.add()
    place.commands.clear()

    remove_site(place.layout, "harbour", say=lambda _line: None)

    stopped = next(words for words in place.commands if "disable" in words)
    all_units = {path.name.replace("@", "@harbour") for path in UNITS.iterdir() if path.is_file()}
    by_timers = {
        name.replace(".timer", ".service") for name in all_units if name.endswith(".timer")
    }
    assert {*stopped[3:]} == all_units - by_timers


def test_a_page_for_the_proxy_is_written(place: Machine, monkeypatch) -> None:
    runs: list[tuple[str, ...]] = []
    monkeypatch.setattr(adding, "run", lambda _file, *words: runs.append(words))

    place.add()

    assert runs == [("away_page", "--out", str(place.site.away_page), "--mode", "644")]


def test_who_becomes_the_account_has_its_folder_as_home(tmp_path: Path, monkeypatch) -> None:
    found: dict[str, str] = {}

    def run(_command: Sequence[str], *, env: dict[str, str], **_how: object) -> object:
        found.update(env)
        return subprocess.CompletedProcess([], 0, "", "")

    monkeypatch.setattr(site_process, "_account_of", lambda _folder: {"user": 1234})
    monkeypatch.setattr("mutualaid.hosting.site_process.subprocess.run", run)
    site_process.run(tmp_path / "a.env", "check", also={"DATA_DIR": str(tmp_path), "HOME": "/root"})
    assert found["HOME"] == str(tmp_path)


@pytest.mark.parametrize("is_large", [False, True])
def test_a_site_of_the_list_is_started_by_its_unit(place: Machine, is_large: bool) -> None:
    place.is_large = is_large
    unit = "mutualaid-large@harbour.target" if is_large else "mutualaid@harbour.service"
    assert how_to_start(place.site.env_file) == f"systemctl restart {unit}"


def test_any_other_site_is_started_by_hand(tmp_path: Path) -> None:
    assert f"up --env-file {tmp_path}/site.env" in how_to_start(tmp_path / "site.env")


@pytest.mark.parametrize(
    ("kept", "places"),
    [
        ({"SECRET_KEY": "a", "CONTACT_KEYS": "b"}, "kept in {file}. Copy"),
        ({"SECRET_KEY": "a"}, "kept in {file} and in {data}/secrets.json. Copy"),
        ({}, "kept in {data}/secrets.json. Copy"),
    ],
)
def test_all_places_where_keys_are_kept_are_named(
    tmp_path: Path, kept: dict[str, str], places: str
) -> None:
    file, data = tmp_path / "site.env", tmp_path / "data"
    env_file.write(file, {"DATA_DIR": str(data)} | kept)
    lines: list[str] = []
    setting_up._say_keys(file, lines.append)
    assert places.format(file=file, data=data) in lines[0]


@pytest.mark.parametrize(
    ("address", "is_told"), [("https://b.example.org", True), ("https://a.example.org", False)]
)
def test_another_address_is_to_be_told_to_the_proxy(
    place: Machine, address: str, is_told: bool
) -> None:
    file = place.site.env_file
    known = setting_up.Known(file, {"SITE_URL": "https://a.example.org"}, {}, {}, {})
    env_file.write(file, {"SITE_URL": address})
    lines: list[str] = []
    setting_up._say_address(known, lines.append)
    assert (
        any("sites add harbour --domain https://b.example.org" in line for line in lines) == is_told
    )
