"""What a restore refuses, each by a sentence that says what to do; and nothing is changed then."""

import errno
import json
import os
from collections.abc import Callable
from pathlib import Path
from zipfile import ZipFile

import pytest
from django.core.management import CommandError, call_command
from pyrage import x25519

from mutualaid.backups import files
from mutualaid.backups.backup import remove_older
from mutualaid.backups.engine import engine
from mutualaid.backups.models import SiteIdentity
from mutualaid.backups.sealing import Lock, seal
from mutualaid.people.models import User
from tests.backups.conftest import KEY, LOCK
from tests.support import factories
from tests.support.held import folder_held
from tests.support.keys import NEW

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True), pytest.mark.one_database]
Take = Callable[..., Path]
PASSPHRASE = "horse battery staple"


@pytest.fixture
def identity_file(data: Path) -> Path:
    file = data / "age.key"
    file.write_text(f"# created: today\n{KEY}\n")
    return file


@pytest.fixture
def refusal(identity_file: Path) -> Callable[..., str]:
    """Return a function that restores a file, and returns the sentence by which that is refused."""

    def run(file: Path, *options: str, identity: Path = identity_file) -> str:
        before = list(User.objects.values())
        with pytest.raises(CommandError) as refused:
            call_command("restore", file, "--over", *options, identity=identity)
        assert list(User.objects.values()) == before
        return str(refused.value)

    return run


def changed(unsealed: Path, **values: object) -> Path:
    """The same backup with another manifest."""
    other = unsealed.with_name("other.zip")
    with ZipFile(unsealed) as source, ZipFile(other, "w") as target:
        manifest = json.loads(source.read("manifest.json")) | values
        for name in source.namelist():
            text = json.dumps(manifest).encode() if name == "manifest.json" else source.read(name)
            target.writestr(name, text)
    return other


def test_of_a_newer_release(take: Take, refusal):
    said = refusal(changed(take(Lock()), release="7.0.0"))
    assert said.startswith("The backup is of release 7.0.0, and this is ")
    assert "Install 7.0.0 or newer" in said


def test_with_a_migration_that_is_not_here(take: Take, refusal):
    file = take(Lock())
    with ZipFile(file) as source:
        applied = json.loads(source.read("manifest.json"))["migrations"]
    assert "Install" in refusal(changed(file, migrations=[*applied, "people.9000_later"]))


def test_of_another_site_unless_that_is_meant(take: Take, refusal, identity_file: Path):
    file = take()
    SiteIdentity.objects.all().delete()
    take()
    assert refusal(file) == (
        "The backup is of another site. If that is what you want, add --other-site."
    )
    call_command("restore", file, "--over", "--other-site", identity=identity_file)


def test_of_another_kind_of_database(take: Take, refusal):
    assert "site runs on" in refusal(changed(take(Lock()), engine="oracle"))


@pytest.mark.parametrize("share", [0.05, 0.5, 0.999])
def test_cut(share: float, take: Take, refusal):
    file = take()
    file.write_bytes(file.read_bytes()[: int(share * file.stat().st_size)])
    assert refusal(file).startswith("This file was cut or changed.")


def change_a_byte(file: Path, at: int) -> None:
    content = bytearray(file.read_bytes())
    content[at] ^= 1
    file.write_bytes(content)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.999])
def test_changed_by_a_byte(share: float, take: Take, refusal):
    file = take()
    change_a_byte(file, int(share * file.stat().st_size))
    assert refusal(file).startswith("This file was cut or changed.")


def test_unsealed_and_changed_by_a_byte(take: Take, refusal):
    """Not packed: of many zeros a byte of the packed form may change, and they stay zeros."""
    file = changed(take(Lock()))
    with ZipFile(file) as archive:
        largest = max(archive.infolist(), key=lambda part: part.compress_size)
    change_a_byte(file, largest.header_offset + len(largest.filename) + largest.compress_size // 2)
    assert refusal(file).startswith("This file was cut or changed.")


def test_unsealed_with_a_part_of_another(take: Take, refusal):
    """Whoever writes a part anew, with a sum of its own, has not changed the hash in the manifest."""
    file = take(Lock())
    with ZipFile(file) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    longest = max(parts, key=lambda name: len(parts[name]))
    with ZipFile(file, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content + (b"\n" if name == longest else b""))
    assert refusal(file).startswith("This file was cut or changed.")


def test_no_backup_at_all(data: Path, transactional_db, refusal):
    (data / "letter").write_text("Dear all")
    assert refusal(data / "letter").startswith("This file was cut or changed.")
    assert "No such file" in refusal(data / "nothing")


def test_sealed_for_another_key(take: Take, data: Path, refusal):
    (data / "other.key").write_text(str(x25519.Identity.generate()))
    assert "--identity FILE" in refusal(take(), identity=data / "other.key")
    (data / "other.key").write_text("no key")
    assert "AGE-SECRET-KEY" in refusal(take(), identity=data / "other.key")


def test_a_wrong_passphrase_and_the_right_one(take: Take, refusal, monkeypatch):
    file = take(Lock(passphrase=PASSPHRASE))
    monkeypatch.setenv("BACKUP_PASSPHRASE", "house battery staple")
    assert refusal(file, identity=None) == "The passphrase does not open this file."
    monkeypatch.setenv("BACKUP_PASSPHRASE", PASSPHRASE)
    call_command("restore", file, "--over")


def test_with_other_contact_keys(take: Take, refusal, settings):
    file = take()
    settings.CONTACT_KEYS = [NEW]
    assert "Put the secrets.json of the backup back in its place" in refusal(file)


def test_with_another_secret_key(take: Take, refusal, settings):
    file = take()
    settings.SECRET_KEY = "another " * 8
    assert "Put the secrets.json of the backup back in its place" in refusal(file)


def test_over_people_unless_that_is_meant(take: Take, identity_file: Path):
    rosa = factories.person("Rosa")
    with pytest.raises(CommandError, match="This database has people in it"):
        call_command("restore", take(), identity=identity_file)
    assert list(User.objects.all()) == [rosa]


def test_while_the_site_runs(take: Take, refusal, data: Path):
    with folder_held(data):
        assert refusal(take()) == "The site is running. Stop it first, then restore."


def test_with_a_damaged_ledger(take: Take, refusal, data: Path):
    (data / "erasures.csv").write_text("not a line of it\n")
    assert "The ledger of erasures is damaged" in refusal(take())


def test_two_at_once(take: Take, data: Path):
    take()
    with files.working(engine().work_folder()), pytest.raises(CommandError, match="Another backup"):
        call_command("backup", "--unsealed")


def test_a_full_disk_leaves_no_half_file(take: Take, data: Path, monkeypatch):
    take()
    before = {file: file.read_bytes() for file in (data / "backups").iterdir()}

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(CommandError, match="The disk is full, and nothing was kept"):
        call_command("backup", "--unsealed")
    assert {file: file.read_bytes() for file in (data / "backups").iterdir()} == before


@pytest.mark.parametrize("size", [10, 5_000_000])
@pytest.mark.parametrize("lock", [LOCK, Lock()], ids=["sealed", "unsealed"])
def test_whoever_seals_onto_a_full_disk_learns_of_it(lock: Lock, size: int, tmp_path: Path):
    plain = tmp_path / "plain"
    plain.write_bytes(os.urandom(size))
    with pytest.raises(OSError, match="No space left"), open("/dev/full", "wb") as full:
        seal(plain, full, lock)


def test_for_no_one(take: Take, data: Path, settings):
    with pytest.raises(CommandError, match="For whom should it be sealed"):
        call_command("backup")
    with pytest.raises(CommandError, match="age1"):
        call_command("backup", recipient=["age1nobody"])
    settings.BACKUP_RECIPIENTS = LOCK.recipients
    call_command("backup")
    assert len(list((data / "backups").glob("*.age"))) == 1


def test_older_ones_go_and_those_of_others_stay(take: Take, data: Path):
    kept = take()
    site = kept.name.split("-")[1]
    folder = kept.parent
    old = folder / f"mutualaid-{site}-20200101T000000Z.age"
    others = [folder / "mutualaid-another0-20200101T000000Z.age", folder / "holiday.jpg"]
    for file in (old, *others):
        file.touch()
    assert remove_older(folder, days=30) == [old]
    assert {kept, *others} == set(folder.iterdir())
