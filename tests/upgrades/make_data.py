"""Fill an empty site with what this release can hold, and keep it for the tests of later releases.

`make release-data` at each release. All people are made up. The keys are kept beside the data, which
nobody else has: what is encrypted, signed or hashed must still open after an upgrade.

Of a release that is past: `git archive v0.1.0 | tar -x -C FOLDER`, copy this file into the same place there,
and run `python -m tests.upgrades.make_data 0.1.0 TARGET` in FOLDER.
"""

import csv
import gzip
import json
import os
import secrets
import sqlite3
import sys
from base64 import b64encode
from collections.abc import Iterator
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

HERE = Path(__file__).parent
SHEET = HERE.parent / "importing" / "flood.csv"
KINDS = {"food": "groceries", "water": "groceries", "shelter": "housing", "medical": "health"}
TIMES, OFFERS = 12, 60
"""How often the sheet of a flood is imported, each time with references of its own; made-up offers."""
NOT_KEPT = ("cache", "django_session")


def main(release: str, target: Path) -> None:
    """Write `data.sql.gz`, `facts.json` and `migrations.sha256` into `target`."""
    secret_key = secrets.token_urlsafe(50)
    contact_keys = ["k1:" + b64encode(secrets.token_bytes(32)).decode()]
    with TemporaryDirectory() as name:
        folder = Path(name)
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "mutualaid.settings",
            "DATA_DIR": name,
            "DEMO": "1",
            "SECRET_KEY": secret_key,
            "CONTACT_KEYS": ",".join(contact_keys),
            "LOG_LEVEL": "CRITICAL",  # there is no broker, which is all it would say
        }
        facts = _fill(folder)
        target.mkdir(parents=True, exist_ok=True)
        _dump(folder / "db.sqlite3", target / "data.sql.gz")
    keys = {"secret_key": secret_key, "contact_keys": contact_keys}
    facts = {"release": release, "keys": keys, **facts}
    (target / "facts.json").write_text(json.dumps(facts, indent=1, ensure_ascii=False) + "\n")
    (target / "migrations.sha256").write_text("".join(_hashes()))


def _hashes() -> Iterator[str]:
    """A line for each migration, in the way of sha256sum: from now on none of them is edited."""
    for room in ("mutualaid", "offers_app", "requests_app"):
        for path in sorted(Path(room).rglob("migrations/0*.py")):
            yield f"{sha256(path.read_bytes()).hexdigest()}  {path}\n"


def _fill(folder: Path) -> dict[str, Any]:
    """Fill the site of the settings by its own actions; return what a later release must still know."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection
    from django.utils import timezone

    for command in ("migrate", "seed", "demo"):
        call_command(command, verbosity=0, stdout=sys.stderr)
    from requests_app.models import Claim
    from tests.support import scene

    here = scene.build()
    _a_row_more(here)
    call_command("generate_offers", OFFERS)
    sheet = _sheet(folder)
    words = [f"--category={word}={slug}" for word, slug in KINDS.items()]
    words += ["--default-category=groceries", "--language=ht", "--source=flood"]
    areas = folder / "areas.csv"
    call_command("propose_localities", sheet, "--out", areas, "--parent", "Island")
    call_command("import_localities", areas)
    call_command("import_needs", sheet, *words, "--date-order=dmy", "--match")
    contact = here.claim.need.ask.contact
    facts = {
        "made_on": timezone.now().date().isoformat(),
        "link": here.token,
        "calendar": here.calendar,
        "claimed_need": here.claim.need.pk,
        "claim": here.claim.pk,
        "newest_claim": Claim.objects.order_by("pk").values_list("pk", flat=True).last(),
        "open_need": here.open_need.pk,
        "match": here.match.pk,
        "ask": here.claim.need.ask.pk,
        "contact": {name: getattr(contact, name) for name in ("name", "phone", "address")},
        "volunteer": here.people["sam"].email,
        "other_volunteer": here.people["mallory"].email,
        "coordinator": here.people["carla"].email,
    }
    connection.close()
    return facts


def _a_row_more(here: Any) -> None:
    """Of what the scene has none of: who must not know, preferences, an address that refused, a look."""
    from mutualaid.notify.models import Preferences, Suppression
    from requests_app.models import AccessLogEntry, Exclusion

    Exclusion.objects.create(ask=here.open_need.ask, person=here.people["rosa"])
    Preferences.objects.get_or_create(user=here.people["mallory"])
    Suppression.objects.create(channel="mail", fingerprint="0" * 32, reason="bounced")
    looked = {"by": here.people["sam"], "by_kind": "volunteer", "window": "2026-11-27"}
    AccessLogEntry.objects.create(ask=here.claim.need.ask, slot=1, **looked)


def _sheet(folder: Path) -> Path:
    path = folder / "flood.csv"
    with SHEET.open(encoding="utf-8-sig", newline="") as file:
        heading, *rows = csv.reader(file)
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(heading)
        for turn in range(TIMES):
            writer.writerows([f"{turn}-{reference}", *rest] for reference, *rest in rows)
    return path


def _dump(database: Path, target: Path) -> None:
    with closing(sqlite3.connect(database)) as connection:
        for table in NOT_KEPT:
            connection.execute(f"DELETE FROM {table}")
        connection.commit()
        text = "\n".join(connection.iterdump())
    # Without a time in its head: the same data give the same file.
    target.write_bytes(gzip.compress(text.encode(), 9, mtime=0))


if __name__ == "__main__":
    main(sys.argv[1], Path(*sys.argv[2:]) if sys.argv[2:] else HERE / sys.argv[1])
