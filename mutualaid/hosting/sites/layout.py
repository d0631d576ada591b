"""Where the sites of a machine lie. The files in `etc/mutualaid` are the list of them; there is no other."""

import fcntl
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit

from mutualaid.hosting import env_file

NAME = re.compile(r"[a-z](?:[a-z0-9-]{0,18}[a-z0-9])?", re.ASCII)
"""An account is called mutualaid-NAME, and has 32 letters at most."""

SMALL, LARGE = "mutualaid@{}.service", "mutualaid-large@{}.target"
"""The two forms of a site; each ends the other when it starts."""
TIMERS = "mutualaid-backup@{}.timer", "mutualaid-health@{}.timer"
PARTS = tuple(f"mutualaid-{part}@{{}}.service" for part in ("web", "worker", "backlog", "beat"))
"""What the large form consists of."""


@dataclass(frozen=True)
class Site:
    """One group of this machine, as its file says."""

    group: str
    layout: "Layout"

    @property
    def env_file(self) -> Path:
        return self.layout.settings / f"{self.group}.env"

    @property
    def snippet(self) -> Path:
        """The lines for Caddy; a site without them is switched off."""
        return self.layout.root / "etc/caddy/sites" / f"{self.group}.caddy"

    @property
    def account(self) -> str:
        return f"mutualaid-{self.group}"

    def units(self, *kinds: str) -> list[str]:
        return [kind.format(self.group) for kind in kinds]

    @cached_property
    def variables(self) -> Mapping[str, str]:
        """What its file sets. Raises `BadFile` where it cannot be read."""
        return env_file.read(self.env_file)

    @property
    def data_dir(self) -> Path:
        usual = self.layout.root / "var/lib/mutualaid" / self.group
        return Path(self.variables.get("DATA_DIR") or usual)

    @property
    def backups(self) -> Path:
        usual = self.layout.root / "var/backups/mutualaid" / self.group
        return Path(self.variables.get("BACKUP_DIR") or usual)

    @property
    def away_page(self) -> Path:
        """What the proxy shows while the site does not answer."""
        return self.layout.root / "var/www/mutualaid" / self.group / "index.html"

    @property
    def port(self) -> int | None:
        port = self.variables.get("PORT", "")
        return int(port) if port.isdecimal() else None

    @property
    def domain(self) -> str:
        try:
            return urlsplit(self.variables.get("SITE_URL", "")).netloc.lower()
        except ValueError:
            return ""


@dataclass(frozen=True)
class Layout:
    """The sites below `root`: "/" of a machine, or any folder to try it in."""

    root: Path = Path("/")

    @property
    def settings(self) -> Path:
        return self.root / "etc/mutualaid"

    @property
    def is_machine(self) -> bool:
        """Whether this is the machine itself, with accounts and services, run by its superuser."""
        return self.root == Path("/") and os.geteuid() == 0

    def sites(self) -> list[Site]:
        """Return the sites that there are, by name; those that are switched off too."""
        names = (path.stem for path in self.settings.glob("*.env"))
        return [Site(name, self) for name in sorted(names) if NAME.fullmatch(name)]

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the list of sites as long as the block runs; waits for whoever has it.

        Raises `OSError` where the folder cannot be written.
        """
        self.settings.mkdir(mode=0o755, parents=True, exist_ok=True)
        with (self.settings / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def site_of(file: Path) -> Site | None:
    """Return the site whose file of settings this is; None for a file that is of no machine's list."""
    file = file.resolve()
    if file.parent.parts[-2:] != ("etc", "mutualaid") or not NAME.fullmatch(file.stem):
        return None
    return Site(file.stem, Layout(file.parents[2]))
