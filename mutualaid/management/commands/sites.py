import json
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from shlex import quote
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from mutualaid.hosting.env_file import BadFile
from mutualaid.hosting.site_process import SiteFailed
from mutualaid.hosting.sites.adding import CannotAdd, add_site, remove_site
from mutualaid.hosting.sites.layout import Layout
from mutualaid.hosting.sites.listing import Standing, standings

COLUMNS = ("group", "address", "port", "health", "memory", "disk", "last backup", "")
WELL = ("ok", "off")


class Command(BaseCommand):
    help = (
        "Several groups on one machine, each a site of its own. `list` ends with 1 where one of them is"
        " not well."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        commands = parser.add_subparsers(dest="command", required=True)
        adding = commands.add_parser(
            "add", help="make a site for a group, or what is missing of it"
        )
        adding.add_argument("group", help="its short name, like old-harbour")
        adding.add_argument("--domain", required=True, help="like help.example.org")
        adding.add_argument("--port", type=int, help="usually the first that is free from 8001 on")
        listing = commands.add_parser("list", help="show all sites, and how they are")
        listing.add_argument("--json", action="store_true", dest="as_json")
        removing = commands.add_parser("remove", help="switch a site off; what it has stays")
        removing.add_argument("group")
        for command in (adding, listing, removing):
            command.add_argument(
                "--root", type=Path, default=Path("/"), help="a folder instead of this machine"
            )

    def handle(self, *, command: str, root: Path, **options: Any) -> None:
        layout = Layout(root.resolve())
        try:
            if command == "add":
                self._add(layout, options["group"], options["domain"], options["port"])
            elif command == "remove":
                self._remove(layout, options["group"])
            else:
                self._list(layout, as_json=options["as_json"])
        except (BadFile, CannotAdd) as reason:
            raise CommandError(str(reason)) from reason
        except SiteFailed as error:
            message = (
                f"The database could not be made:\n{error}\nCorrect it and run the same again."
            )
            raise CommandError(message) from error
        except OSError as error:
            raise CommandError(f"{error.filename or root}: {error.strerror}") from error

    def _add(self, layout: Layout, group: str, domain: str, port: int | None) -> None:
        site = add_site(layout, group, domain=domain, port=port, say=self._say)
        self._say(f"The site of {group} is made: {site.variables['SITE_URL']}, port {site.port}.")
        self._say(
            f"Its data and keys: {site.data_dir}. Keep a copy of secrets.json somewhere else."
        )
        self._say(
            f"Now answer for the group: manage.py setup --env-file {quote(str(site.env_file))}"
        )

    def _remove(self, layout: Layout, group: str) -> None:
        site = remove_site(layout, group, say=self._say)
        self._say(f"The site of {group} is off. Nothing was erased: its data and keys are in")
        self._say(
            f"{site.data_dir}, its settings in {site.env_file}, its backups in {site.backups}."
        )
        self._say(f"To switch it on: manage.py sites add {group} --domain {site.domain}")

    def _list(self, layout: Layout, *, as_json: bool) -> None:
        found = standings(layout)
        if as_json:
            self._say(json.dumps([asdict(site) for site in found], default=str, indent=2))
        elif found:
            for line in _table([COLUMNS, *map(_row, found)]):
                self._say(line)
        else:
            self._say(f"There is no site in {layout.settings} yet.")
        if unwell := [site.group for site in found if site.health not in WELL]:
            raise CommandError(f"Not well: {', '.join(unwell)}", returncode=1)

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()


def _row(site: Standing) -> tuple[str, ...]:
    backup = f"{site.last_backup.astimezone():%Y-%m-%d %H:%M}" if site.last_backup else "never"
    memory, disk = (f"{size / 1_000_000:.0f} MB" for size in (site.memory, site.disk))
    port = str(site.port or "")
    return site.group, site.domain, port, site.health, memory, disk, backup, site.end


def _table(rows: list[tuple[str, ...]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
