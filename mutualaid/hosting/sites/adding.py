"""Making a site of its own for a group, and switching one off. Each can be run again at any time."""

import os
import socket
from collections.abc import Callable
from functools import partial
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp

from django.core.exceptions import ValidationError

from mutualaid.encryption.key_file import load_or_make
from mutualaid.hosting import env_file
from mutualaid.hosting.questions import check_site_url
from mutualaid.hosting.site_process import run, site_rows
from mutualaid.hosting.sites import machine
from mutualaid.hosting.sites.layout import NAME, Layout, Site
from mutualaid.hosting.sites.machine import Say

PORTS = range(8001, 9000)
FOR_ALL, OUR_FILES = 0o755, 0o644
"""Modes of what the proxy reads."""


class CannotAdd(Exception):
    """A site cannot be made as it was asked for. The text says what to choose instead."""


def add_site(layout: Layout, group: str, *, domain: str, port: int | None, say: Say) -> Site:
    """Make a site for `group` at `domain`, on a free port if none is given; `say` gets what was done.

    Of a site that is there, also of one that was left half made, only what is missing is made. Raises
    `CannotAdd` for a name, domain or port that is taken or none, `SiteFailed` where the database cannot
    be made, `BadFile` where a file of settings cannot be read, and `OSError` where nothing can be written.
    """
    if not NAME.fullmatch(group):
        raise CannotAdd(
            "Name the group with small letters, digits and - (20 at most, first a letter), like old-harbour."
        )
    try:
        address = check_site_url(domain)
    except ValidationError as error:
        raise CannotAdd(" ".join(error.messages)) from error
    site = Site(group, layout)
    with layout.locked():
        variables = _variables(site, address, port)
        env_file.write(site.env_file, variables, header=env_file.HEADER)
        del site.__dict__["variables"]  # they were read before they were written
        _make_account(site, say)
        _make_folders(site)
        site_rows(site.env_file, {})
        run(site.env_file, "away_page", "--out", str(site.away_page), "--mode", f"{OUR_FILES:o}")
        _write_snippet(site)
        machine.start_services(site, say)
    return site


def remove_site(layout: Layout, group: str, *, say: Say) -> Site:
    """Switch a site off: it is started no more, and the proxy does not know it. All it has stays.

    Raises `CannotAdd` where there is none of this name, and `OSError` where nothing can be written.
    """
    site = Site(group, layout)
    with layout.locked():
        if site not in layout.sites():
            raise CannotAdd(
                f"There is no site of {group}. manage.py sites list shows those there are."
            )
        site.snippet.unlink(missing_ok=True)
        machine.stop_services(site, say)
    return site


def _variables(site: Site, address: str, port: int | None) -> dict[str, str | None]:
    """Return what the file of the site is to say that it does not say yet."""
    others = [other for other in site.layout.sites() if other != site]
    domain = address.partition("://")[2]
    if site.domain and site.domain != domain:
        raise CannotAdd(f"There is a site of {site.group} already, at {site.domain}.")
    if taken := next((other for other in others if other.domain == domain), None):
        raise CannotAdd(f"The site of {taken.group} has the domain {domain}.")
    ports = {other.port: other for other in others}
    if port in ports:
        raise CannotAdd(f"The site of {ports[port].group} has the port {port}.")
    if port and site.port and port != site.port:
        raise CannotAdd(f"The site of {site.group} has the port {site.port}.")
    new = {
        "GROUP_NAME": site.group.replace("-", " ").title(),
        "SITE_URL": address,
        "PORT": str(port or site.port or _free_port(set(ports))),
        "TRUSTED_PROXY_COUNT": "1",
        "DATA_DIR": str(site.data_dir),
        "BACKUP_DIR": str(site.backups),
        "AWAY_PAGE": str(site.away_page),
    }
    return {name: value for name, value in new.items() if name not in site.variables}


def _free_port(taken: set[int | None]) -> int:
    for port in PORTS:
        if port not in taken and not _is_listened_on(port):
            return port
    raise CannotAdd("No port from 8001 to 8999 is free.")


def _is_listened_on(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False


def _make_account(site: Site, say: Say) -> None:
    machine.make_account(site, say)
    if site.layout.is_machine and not machine.has_account(site):
        raise CannotAdd(
            f"The account {site.account} is missing. Make it as said above, and run the same again."
        )


def _make_folders(site: Site) -> None:
    """Make two folders for the account of the site alone, and one that the proxy looks into."""
    _make_own(site, site.data_dir, mode=0o700, fill=partial(_make_keys, site))
    _make_own(site, site.backups, mode=0o700)
    _make_own(site, site.away_page.parent, mode=FOR_ALL)
    if not machine.owns(site, site.data_dir):
        raise CannotAdd(
            f"{site.data_dir} belongs to another account. If all in it is of {site.group}, run"
            f" chown -hR {site.account}: {site.data_dir} and then the same again."
        )
    has_database = (site.data_dir / "db.sqlite3").exists()
    if has_database and not (_has_keys(site) or (site.data_dir / "secrets.json").exists()):
        raise CannotAdd(
            f"There is a database in {site.data_dir} without its keys. Put its secrets.json beside it."
        )


def _make_own(
    site: Site, folder: Path, *, mode: int, fill: Callable[[Path], object] = lambda _draft: None
) -> None:
    """Make a folder that the account of the site owns, whole or not at all; one that is there stays as it is.

    What an account can reach the superuser neither writes nor gives away: a link there may lead anywhere.
    """
    if folder.exists():
        return
    _make_shared(folder.parent)
    draft = Path(mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        fill(draft)
        draft.chmod(mode)
        machine.give_to_account(site, draft)
        draft.rename(folder)
    finally:
        rmtree(draft, ignore_errors=True)


def _make_keys(site: Site, folder: Path) -> None:
    if not _has_keys(site):
        load_or_make(folder, lambda: None)


def _has_keys(site: Site) -> bool:
    return {"SECRET_KEY", "CONTACT_KEYS"} <= site.variables.keys()


def _write_snippet(site: Site) -> None:
    """Write the lines that `mutualaid/deploy/caddy/Caddyfile` reads."""
    _make_shared(site.snippet.parent)
    draft = site.snippet.with_suffix(".draft")
    draft.write_text(f"{site.domain} {{\n\timport mutualaid {site.group} {site.port}\n}}\n")
    draft.chmod(OUR_FILES)
    draft.replace(site.snippet)


def _make_shared(folder: Path) -> None:
    """Make a folder that other accounts may pass through; one that is there stays as it is."""
    if not folder.exists():
        before = os.umask(0o022)
        try:
            folder.mkdir(mode=FOR_ALL, parents=True, exist_ok=True)
        finally:
            os.umask(before)
