"""Each group of a machine gets a site of its own, and no two share a name, a domain or a port."""

import json
import socket
import sqlite3
import stat
from collections.abc import Callable
from contextlib import closing
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from mutualaid.hosting import env_file
from mutualaid.hosting.site_process import SiteFailed, site_rows
from mutualaid.hosting.sites import adding
from mutualaid.hosting.sites.adding import CannotAdd, add_site, remove_site
from mutualaid.hosting.sites.layout import Layout, Site
from mutualaid.hosting.sites.listing import standings

Add = Callable[..., Site]


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    return Layout(tmp_path / "räum e")


@pytest.fixture
def add(layout: Layout, monkeypatch: pytest.MonkeyPatch) -> Add:
    """Adds sites whose database is made by nobody: that takes ten seconds."""
    monkeypatch.setattr(adding, "site_rows", lambda _file, _changes: {})
    monkeypatch.setattr(adding, "run", lambda _file, *_words: "")

    def make(group: str, domain: str = "", *, port: int | None = None) -> Site:
        address = domain or f"{group}.example.org"
        return add_site(layout, group, domain=address, port=port, say=lambda _line: None)

    return make


def files_in(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_each_site_has_its_own_folder_keys_port_and_domain(layout: Layout, add: Add) -> None:
    sites = [add("harbour"), add("old-mill"), add("elm3", "https://elm.example.org")]

    assert [site.group for site in layout.sites()] == ["elm3", "harbour", "old-mill"]
    assert len({site.port for site in sites}) == 3
    assert len({(site.data_dir / "secrets.json").read_text() for site in sites}) == 3
    assert sites[1].variables["GROUP_NAME"] == "Old Mill"
    assert sites[2].snippet.read_text() == (
        f"elm.example.org {{\n\timport mutualaid elm3 {sites[2].port}\n}}\n"
    )


def test_what_is_written_is_for_its_owner_but_what_the_proxy_reads(
    layout: Layout, add: Add
) -> None:
    site = add("harbour")

    modes = {
        path: stat.S_IMODE(path.stat().st_mode)
        for path in (site.env_file, site.data_dir, site.backups, site.snippet, site.snippet.parent)
    }
    assert list(modes.values()) == [0o600, 0o700, 0o700, 0o644, 0o755]


def test_adding_it_again_changes_nothing(layout: Layout, add: Add) -> None:
    add("harbour")
    before = files_in(layout.root)

    add("harbour")

    assert files_in(layout.root) == before


@pytest.mark.parametrize(
    "name",
    ["", "Harbour", "häfen", "-a", "a-", "a b", "a/b", "..", "1st", "a" * 21, "a\n", "a.env"],
)
def test_a_name_that_is_none_is_refused(layout: Layout, add: Add, name: str) -> None:
    with pytest.raises(CannotAdd, match="small letters"):
        add(name, "a.example.org")
    assert not layout.root.exists()


@pytest.mark.parametrize("domain", ["http://a.example.org", "a b", "a.example.org/path", "a;b {"])
def test_a_domain_that_is_none_is_refused(layout: Layout, add: Add, domain: str) -> None:
    with pytest.raises(CannotAdd):
        add("harbour", domain)
    assert not layout.root.exists()


def test_what_another_site_has_is_refused(layout: Layout, add: Add) -> None:
    first = add("harbour")
    before = files_in(layout.root)

    with pytest.raises(
        CannotAdd, match=r"The site of harbour has the domain harbour\.example\.org"
    ):
        add("mill", "HARBOUR.example.org")
    with pytest.raises(CannotAdd, match=f"The site of harbour has the port {first.port}"):
        add("mill", port=first.port)
    with pytest.raises(CannotAdd, match="There is a site of harbour already"):
        add("harbour", "other.example.org")
    with pytest.raises(CannotAdd, match=f"has the port {first.port}"):
        add("harbour", port=15_001)

    assert files_in(layout.root) == before


def test_a_port_on_which_another_program_listens_is_passed_over(add: Add, monkeypatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        monkeypatch.setattr(adding, "PORTS", range(port, port + 50))
        assert add("harbour").port not in (None, port)


def test_a_site_left_half_made_is_made_whole_by_the_same_command(
    layout: Layout, add: Add, monkeypatch
) -> None:
    def full(_file: Path, _changes: object) -> None:
        raise SiteFailed("the disk is full")

    with monkeypatch.context() as broken:
        broken.setattr(adding, "site_rows", full)
        with pytest.raises(SiteFailed):
            add("harbour")
    keys = (Site("harbour", layout).data_dir / "secrets.json").read_bytes()
    assert not Site("harbour", layout).snippet.exists(), "the proxy knows only what is whole"

    site = add("harbour")

    assert site.snippet.exists()
    assert (site.data_dir / "secrets.json").read_bytes() == keys


def test_what_the_group_wrote_into_its_file_stays(layout: Layout, add: Add) -> None:
    site = add("harbour")
    env_file.write(site.env_file, {"GROUP_NAME": "Ana's", "SMS_URL": "sink://"})

    add("harbour")

    assert env_file.read(site.env_file)["GROUP_NAME"] == "Ana's"


def test_a_site_that_is_removed_keeps_all_it_has(layout: Layout, add: Add) -> None:
    site = add("harbour")
    before = files_in(layout.root)

    remove_site(layout, "harbour", say=lambda _line: None)
    remove_site(layout, "harbour", say=lambda _line: None)

    gone = before.keys() - files_in(layout.root).keys()
    assert gone == {str(site.snippet)}
    assert [found.health for found in standings(layout)] == ["off"]
    add("harbour")
    assert files_in(layout.root) == before


def test_the_list_names_what_is_down_or_unreadable_and_the_last_backup(
    layout: Layout, add: Add
) -> None:
    site, broken = add("harbour"), add("mill")
    (site.backups / "harbour.age").write_bytes(b"x" * 5000)
    broken.env_file.write_text('PORT="8')
    out = StringIO()

    with pytest.raises(CommandError, match="Not well: harbour, mill"):
        call_command("sites", "list", "--json", "--root", str(layout.root), stdout=out)

    first, second = json.loads(out.getvalue())
    assert (first["health"], second["health"]) == ("down", "unreadable")
    assert first["last_backup"]
    assert first["disk"] > 0


def test_the_list_says_which_group_winds_down_and_which_has_ended(layout: Layout, add: Add) -> None:
    ends = {"ends_on": "2026-12-24"}
    ended = ends | {"ended_on": "2026-12-25"}
    for group, held in (
        ("harbour", ends), ("mill", ended), ("quay", ended), ("rest", {"name": "R"}), ("torn", 7),
    ):  # fmt: skip
        (add(group).data_dir / "group.json").write_text(json.dumps(held))
    next(site.data_dir / "erased" for site in layout.sites() if site.group == "mill").touch()
    out = StringIO()
    with pytest.raises(CommandError, match="Not well"):  # none of them runs
        call_command("sites", "list", "--root", str(layout.root), stdout=out)
    said = {line.split()[0]: line for line in out.getvalue().splitlines()}
    assert said["harbour"].endswith("  winding down until 2026-12-24")
    assert said["mill"].endswith("  ended on 2026-12-25")
    assert said["quay"].endswith("  ended on 2026-12-25; being erased")
    for group in ("rest", "torn"):
        assert said[group].endswith("never")


def test_what_only_a_machine_can_do_is_said(layout: Layout, add: Add) -> None:
    lines: list[str] = []

    add_site(layout, "harbour", domain="a.example.org", port=None, say=lines.append)

    units = (
        "mutualaid@harbour.service mutualaid-backup@harbour.timer mutualaid-health@harbour.timer"
    )
    assert (
        "Not possible here, run it on the machine itself: systemctl enable --now --no-block"
        f" {units}"
    ) in lines


def test_no_new_keys_are_made_for_a_database_that_others_have_sealed(
    layout: Layout, add: Add, monkeypatch
) -> None:
    site = add("harbour")
    with closing(sqlite3.connect(site.data_dir / "db.sqlite3")) as database:
        database.executescript("CREATE TABLE people_user (id); INSERT INTO people_user VALUES (1)")
    (site.data_dir / "secrets.json").unlink()
    monkeypatch.setattr(adding, "site_rows", site_rows)
    with pytest.raises(SiteFailed, match="Put the secrets"):
        add("harbour")
    assert not (site.data_dir / "secrets.json").exists()
