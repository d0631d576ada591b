"""systemd and `sh` read the same out of a file of variables, whatever a group is called."""

import stat
import subprocess
from pathlib import Path

import pytest

from mutualaid.hosting import env_file

NASTY = [
    "Old Harbour",
    'Ana\'s "Old" Harbour',
    "$HOME ${HOME} $(id) `id`",
    "100% %n %i",
    "back\\slash \\$ \\n \\",
    "two\nlines # no comment\nNAME=other",
    " spaces around ",
    "بيت ünï 邻里",
    "",
    "!history ~ * ; & | > x",
]


@pytest.mark.parametrize("value", NASTY)
def test_the_shell_and_we_read_what_was_written(tmp_path: Path, value: str) -> None:
    path = tmp_path / "site.env"
    env_file.write(path, {"BEFORE": "1", "NAME": value, "AFTER": "2"})

    script = 'set -a; . "$1"; printf "%s|%s|%s." "$BEFORE" "$NAME" "$AFTER"'
    by_shell = subprocess.run(
        ["sh", "-c", script, "sh", str(path)], capture_output=True, text=True, check=True
    )

    assert by_shell.stdout == f"1|{value}|2."
    assert env_file.read(path) == {"BEFORE": "1", "NAME": value, "AFTER": "2"}


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("A=bare", "bare"),
        ("A=with spaces  ", "with spaces"),
        ("A='single $x \\n'", "single $x \\n"),
        ("A=\"a\"'b'c", "abc"),
        ("A=a\\ b", "a b"),
        ("export A=x", "x"),
        ("A=1\nA=2", "2"),
        ("# A=comment\n; A=other\nA=x # y", "x # y"),
        ("A=", ""),
    ],
)
def test_what_others_wrote_is_read_as_systemd_does(line: str, value: str) -> None:
    assert env_file.parse(line) == {"A": value}


def test_other_lines_stay_as_they_are() -> None:
    text = "# ours\nUNKNOWN='x y'\n\nA=1\n  # last\nA=2\nB=3"

    assert env_file.changed(text, {"A": "new", "C": "c", "B": None}) == (
        '# ours\nUNKNOWN=\'x y\'\n\n  # last\nA="new"\nC="c"\n'
    )
    assert env_file.changed(text, {"A": "2"}) == text + "\n"


def test_a_quote_without_an_end_is_named_without_its_value() -> None:
    with pytest.raises(env_file.BadFile) as refused:
        env_file.parse('A=1\nPASSWORD="hunter2\nB=2')
    assert "PASSWORD" in str(refused.value)
    assert "hunter2" not in str(refused.value)


def test_the_file_is_for_its_owner_alone_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "site.env"
    path.write_text("A=1\n")
    path.chmod(0o644)

    assert env_file.write(path, {"A": "2"})
    assert not env_file.write(path, {"A": "2"})

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]
