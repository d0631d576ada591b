"""How the sites of a machine are: what each answers, and what it takes."""

import json
import os
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from django.conf import settings

from mutualaid.group.erased_file import is_erased
from mutualaid.hosting.env_file import BadFile
from mutualaid.hosting.sites.layout import Layout, Site

ANSWERS_WITHIN = 3.0
"""Seconds."""
PSS = re.compile(r"^Pss:\s+(\d+) kB$", re.MULTILINE)


@dataclass(frozen=True)
class Standing:
    """How a site is. `health` is what /readyz calls it, "down" where nothing answers, "off" once removed.

    `memory` (of its processes, shared pages divided among those who share them) and `disk` (of its
    folder) are bytes. `last_backup` is the moment of its newest file, None where there is none. `end` says
    that its group winds down, is being erased, or has ended; "" for all others.
    """

    group: str
    domain: str
    port: int | None
    health: str
    memory: int = 0
    disk: int = 0
    last_backup: datetime | None = None
    end: str = ""


def standings(layout: Layout) -> list[Standing]:
    """Return how each site is; all are asked at once."""
    with ThreadPoolExecutor(max_workers=10) as pool:
        return list(pool.map(standing, layout.sites()))


def standing(site: Site) -> Standing:
    """Return how one site is; "unreadable" where its file of settings cannot be read."""
    try:
        data_dir, domain, port = site.data_dir, site.domain, site.port
    except BadFile:
        return Standing(site.group, "", None, "unreadable")
    answer = _readiness(port, domain) if port else {}
    usual = "down" if site.snippet.exists() else "off"
    return Standing(
        group=site.group,
        domain=domain,
        port=port,
        health=str(answer.get("status") or usual),
        memory=sum(map(_pss, _processes(site, data_dir))),
        disk=_size(data_dir),
        last_backup=_newest(site.backups),
        end=_end(data_dir),
    )


def _end(data_dir: Path) -> str:
    """What the files say in which a site keeps what its group was last known as, and that all is erased."""
    last_known = data_dir / settings.LAST_GROUP_FILE.name
    try:
        group = json.loads(last_known.read_text(encoding="utf-8"))
        ends_on, ended_on = group.get("ends_on"), group.get("ended_on")
    except (OSError, ValueError, AttributeError):
        return ""
    if ended_on:
        being_erased = "" if is_erased(data_dir) else "; being erased"
        return f"ended on {ended_on}{being_erased}"
    return f"winding down until {ends_on}" if ends_on else ""


def _readiness(port: int, host: str) -> dict[str, object]:
    """What the site on `port` says of itself, as the proxy would hear it; {} for no answer."""
    connection = HTTPConnection("127.0.0.1", port, timeout=ANSWERS_WITHIN)
    try:
        connection.request("GET", "/readyz", headers={"Host": host, "X-Forwarded-Proto": "https"})
        answer = json.loads(connection.getresponse().read(65_536))
    except (OSError, HTTPException, ValueError):
        return {}
    finally:
        connection.close()
    return answer if isinstance(answer, dict) else {}


def _processes(site: Site, data_dir: Path) -> Iterator[Path]:
    """The folders in /proc of what runs for this site: it has its DATA_DIR, or was started by its file."""
    marks = f"DATA_DIR={data_dir}".encode(), str(site.env_file).encode()
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            variables = (process / "environ").read_bytes().split(b"\0")
            words = (process / "cmdline").read_bytes().split(b"\0")
            is_its = marks[0] in variables or marks[1] in words
            if is_its and process.name != str(os.getpid()):
                yield process


def _pss(process: Path) -> int:
    with suppress(OSError):
        if found := PSS.search((process / "smaps_rollup").read_text()):
            return int(found[1]) * 1024
    return 0


def _size(folder: Path) -> int:
    return sum(blocks * 512 for blocks in _blocks(folder))


def _blocks(folder: Path) -> Iterator[int]:
    for file in folder.rglob("*"):
        with suppress(OSError):
            yield file.lstat().st_blocks


def _newest(folder: Path) -> datetime | None:
    moments = []
    for file in folder.rglob("*"):
        with suppress(OSError):
            if file.is_file():
                moments.append(file.stat().st_mtime)
    return datetime.fromtimestamp(max(moments), UTC) if moments else None
