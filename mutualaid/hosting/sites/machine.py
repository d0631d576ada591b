"""What only a whole machine has: accounts, services and a proxy. Where one is missing, that is said."""

import pwd
import shlex
import shutil
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

from mutualaid.hosting.sites.layout import Layout, Site

SYSTEMD_RUNS = Path("/run/systemd/system")
LONGEST = 120
"""Seconds; a service that is started is not waited for."""
Say = Callable[[str], object]


def make_account(site: Site, say: Say) -> None:
    """Make the account that the site runs as, if it is not there."""
    if site.layout.is_machine and _exists(site.account):
        return
    home = ["--home-dir", str(site.data_dir), "--no-create-home", "--shell", "/usr/sbin/nologin"]
    _run(
        ["useradd", "--system", "--user-group", *home, site.account],
        is_possible=site.layout.is_machine,
        say=say,
    )


def give_to_account(site: Site, *paths: Path) -> None:
    """Let the account of the site own these, and what is in them; does nothing where there is none."""
    if not (site.layout.is_machine and _exists(site.account)):
        return
    for path in paths:
        for file in (path, *path.rglob("*")):
            shutil.chown(file, site.account, site.account)


def start_services(site: Site, say: Say) -> None:
    """Start the site with its timers, now and with the machine, and tell the proxy."""
    _run(
        ["systemctl", "enable", "--now", *site.units],
        is_possible=_has_systemd(site.layout),
        say=say,
    )
    _reload_proxy(site.layout, say)


def stop_services(site: Site, say: Say) -> None:
    """Stop the site with its timers, now and with the machine, and tell the proxy."""
    _run(
        ["systemctl", "disable", "--now", *site.units],
        is_possible=_has_systemd(site.layout),
        say=say,
    )
    _reload_proxy(site.layout, say)


def _reload_proxy(layout: Layout, say: Say) -> None:
    _run(["systemctl", "reload", "caddy.service"], is_possible=_has_systemd(layout), say=say)


def _has_systemd(layout: Layout) -> bool:
    return layout.is_machine and SYSTEMD_RUNS.exists()


def _exists(account: str) -> bool:
    try:
        pwd.getpwnam(account)
    except KeyError:
        return False
    return True


def _run(command: Sequence[str], *, is_possible: bool, say: Say) -> None:
    """Run a command of the system; where that is not possible or fails, say so and go on."""
    written = shlex.join(command)
    if not is_possible or not shutil.which(command[0]):
        say(f"Not possible here, run it on the machine itself: {written}")
        return
    done = subprocess.run(command, capture_output=True, text=True, timeout=LONGEST, check=False)
    if done.returncode:
        say(f"{written} did not work: {done.stderr.strip()[-500:]}\nRun it again by hand.")
