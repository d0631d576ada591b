"""What only a whole machine has: accounts, services and a proxy. Where one is missing, that is said."""

import os
import pwd
import shlex
import shutil
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

from mutualaid.hosting.sites.layout import LARGE, PARTS, SMALL, TIMERS, Layout, Site

SYSTEMD_RUNS = Path("/run/systemd/system")
LONGEST = 120
"""Seconds."""
Say = Callable[[str], object]


def make_account(site: Site, say: Say) -> None:
    """Make the account that the site runs as, if it is not there."""
    if site.layout.is_machine and has_account(site):
        return
    home = ["--home-dir", str(site.data_dir), "--no-create-home", "--shell", "/usr/sbin/nologin"]
    _run(
        ["useradd", "--system", "--user-group", *home, site.account],
        is_possible=site.layout.is_machine,
        say=say,
    )


def has_account(site: Site) -> bool:
    try:
        pwd.getpwnam(site.account)
    except KeyError:
        return False
    return True


def owns(site: Site, folder: Path) -> bool:
    """Whether the folder is that of the site's account; true where there are no accounts."""
    return not site.layout.is_machine or folder.stat().st_uid == pwd.getpwnam(site.account).pw_uid


def give_to_account(site: Site, folder: Path) -> None:
    """Let the account of the site own a folder, and the files in it. Not for one that it can reach."""
    if site.layout.is_machine:
        found = pwd.getpwnam(site.account)
        for path in (*folder.iterdir(), folder):
            os.chown(path, found.pw_uid, found.pw_gid, follow_symlinks=False)


def main_unit(site: Site) -> str:
    """Return the unit that starts the site: of the large form where that is switched on."""
    is_large = _has_systemd(site.layout) and _is_enabled(site, LARGE)
    (unit,) = site.units(LARGE if is_large else SMALL)
    return unit


def start_services(site: Site, say: Say) -> None:
    """Start the site with its timers, now and with the machine, and tell the proxy.

    It is not waited for.
    """
    units = [main_unit(site), *site.units(*TIMERS)]
    is_possible = _has_systemd(site.layout)
    _run(["systemctl", "enable", "--now", "--no-block", *units], is_possible=is_possible, say=say)
    _reload_proxy(site.layout, say)


def stop_services(site: Site, say: Say) -> None:
    """Stop the site, in whichever form, with its timers, now and with the machine, and tell the proxy."""
    units = site.units(SMALL, LARGE, *PARTS, *TIMERS)
    is_possible = _has_systemd(site.layout)
    _run(["systemctl", "disable", "--now", *units], is_possible=is_possible, say=say)
    _reload_proxy(site.layout, say)


def _reload_proxy(layout: Layout, say: Say) -> None:
    _run(["systemctl", "reload", "caddy.service"], is_possible=_has_systemd(layout), say=say)


def _has_systemd(layout: Layout) -> bool:
    return layout.is_machine and SYSTEMD_RUNS.exists()


def _is_enabled(site: Site, kind: str) -> bool:
    command = ["systemctl", "is-enabled", "--quiet", *site.units(kind)]
    return subprocess.run(command, timeout=LONGEST, check=False).returncode == 0


def _run(command: Sequence[str], *, is_possible: bool, say: Say) -> None:
    """Run a command of the system; where that is not possible or fails, say so and go on."""
    written = shlex.join(command)
    if not is_possible or not shutil.which(command[0]):
        say(f"Not possible here, run it on the machine itself: {written}")
        return
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=LONGEST, check=False)
    except subprocess.TimeoutExpired:
        say(f"{written} took more than {LONGEST} seconds. See how it is with: systemctl status")
        return
    if done.returncode:
        say(f"{written} did not work: {done.stderr.strip()[-500:]}\nRun it again by hand.")
