"""A file of environment variables that systemd (`EnvironmentFile=`) and `sh` read alike.

Values are written in double quotes with `\\`, `"`, `$` and a backtick escaped: the one form that both take
for the same text, line breaks included. What one did not change stays as it was, comments too. No Django
here: `manage.py` reads such a file before there are settings.
"""

import os
import re
import secrets
from collections.abc import Mapping
from pathlib import Path

HEADER = "# The settings of this site: manage.py setup writes them, and they count from its next start on.\n"
ASSIGNMENT = re.compile(
    r"""^[ \t]*(?:export[ \t]+)?(?P<name>[A-Za-z_]\w*)=[ \t]*"""
    r"""(?P<value>(?:"(?:[^"\\]|\\[\s\S])*"|'[^']*'|\\[\s\S]|[^"'\\\n])*)(?P<rest>.*)\n?""",
    re.MULTILINE | re.ASCII,
)
PIECE = re.compile(
    r""""(?P<double>(?:[^"\\]|\\[\s\S])*)"|'(?P<single>[^']*)'|\\(?P<escaped>[\s\S])|(?P<bare>[^"'\\]+)"""
)
ESCAPED = re.compile(r'[\\"$`]')
UNESCAPED = re.compile(r'\\([\\"$`])|\\\n')
NO_TEXT = "\0"
"""What no environment variable can hold."""


class BadFile(Exception):
    """A file of environment variables cannot be read. The text names the variable and never its value."""


def parse(text: str) -> dict[str, str]:
    """Return {name: value} of what the file sets; of a name that stands twice the last.

    Raises `BadFile` for a quote that does not end.
    """
    return {match["name"]: _value(match) for match in ASSIGNMENT.finditer(text)}


def read(path: Path) -> dict[str, str]:
    """Return what the file at `path` sets; {} where there is none. Raises `BadFile`."""
    try:
        return parse(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise BadFile(f"{path} cannot be read: {error}") from error


def quoted(value: str) -> str:
    """Return `value` as it stands behind the `=`. Raises `ValueError` for a NUL, which no variable holds."""
    if NO_TEXT in value:
        raise ValueError("a variable holds no NUL")
    return '"' + ESCAPED.sub(r"\\\g<0>", value) + '"'


def changed(text: str, changes: Mapping[str, str | None]) -> str:
    """Return the text of the file with these variables set, or without one whose value is None.

    All other lines stay, byte for byte.

    Raises `BadFile` where the text cannot be read, and `ValueError` for a value with a NUL.
    """
    before = parse(text)
    new = {name: value for name, value in changes.items() if before.get(name) != value}
    last = {match["name"]: match.start() for match in ASSIGNMENT.finditer(text)}

    def replace(match: re.Match[str]) -> str:
        name = match["name"]
        if name not in new:
            return match[0]
        value = new[name]
        return (
            f"{name}={quoted(value)}\n" if match.start() == last[name] and value is not None else ""
        )

    kept = ASSIGNMENT.sub(replace, text)
    if kept and not kept.endswith("\n"):
        kept += "\n"
    added = ((name, value) for name, value in new.items() if name not in last and value is not None)
    return kept + "".join(f"{name}={quoted(value)}\n" for name, value in added)


def write(path: Path, changes: Mapping[str, str | None], *, header: str = "") -> bool:
    """Set these variables in the file at `path`; return whether anything was different.

    The file is whole at any moment, and readable for its owner alone. `header` begins a new one. Raises
    `BadFile` where it cannot be read, and `OSError` where it cannot be written.
    """
    path = path.resolve()
    is_new = not path.exists()
    read(path)
    before = "" if is_new else path.read_text(encoding="utf-8")
    after = changed(header if is_new else before, changes)
    if after == before:
        path.chmod(0o600)
        return False
    path.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(after)
            file.flush()
            os.fsync(file.fileno())
        if not is_new and os.geteuid() == 0:
            found = path.stat()
            os.chown(draft, found.st_uid, found.st_gid)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return True


def _value(match: re.Match[str]) -> str:
    if match["rest"].strip():
        raise BadFile(f"{match['name']}: a quote begins here and does not end.")
    pieces = list(PIECE.finditer(match["value"].strip()))
    return "".join(map(_text, pieces))


def _text(piece: re.Match[str]) -> str:
    if piece["double"] is not None:
        return UNESCAPED.sub(r"\1", piece["double"])
    if piece["escaped"] is not None:
        return "" if piece["escaped"] == "\n" else piece["escaped"]
    return piece["single"] if piece["single"] is not None else piece["bare"]
