"""Use an upgraded site as its people would, in a process with its settings; print what happened as JSON.

`python -m tests.upgrades.use_site FACTS.json`. What it writes is rolled back.
"""

import json
import sys
from pathlib import Path
from typing import Any

import django


def main(facts: dict[str, Any]) -> dict[str, Any]:
    django.setup()
    from django.conf import settings
    from django.db import transaction
    from django.test.utils import setup_test_environment

    setup_test_environment()
    settings.ALLOWED_HOSTS = ["testserver"]
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
    with transaction.atomic():
        said = {"rows": _rows(), **_pages(facts), **_next_need(facts)}
        transaction.set_rollback(True)
    return said


def _rows() -> dict[str, list[str]]:
    """The keys of every row."""
    from django.db import connection

    rows = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            key = connection.introspection.get_primary_key_column(cursor, table)
            cursor.execute(f'SELECT "{key}" FROM "{table}"')
            rows[table] = [str(found) for (found,) in cursor.fetchall()]
    return rows


def _pages(facts: dict[str, Any]) -> dict[str, Any]:
    from django.test import Client
    from django.urls import reverse

    from mutualaid.people.models import User
    from requests_app.models import AskContact, Claim, Need, NeedNotes
    from tests.support.signing_in import sign_in

    neighbour = Client()
    volunteer = sign_in(Client(), User.objects.get(email=facts["volunteer"]))
    coordinator = sign_in(Client(), User.objects.get(email=facts["coordinator"]))
    claim = Claim.objects.get(pk=facts["claim"])
    need = reverse("admin:requests_app_need_change", args=[facts["claimed_need"]])
    asked = {
        "home": neighbour.get("/"),
        "board": neighbour.get("/board/"),
        "link": neighbour.get(reverse("ask_private", args=[facts["link"]])),
        "calendar": neighbour.get(reverse("calendar", args=[facts["calendar"]])),
        "me": volunteer.get("/me/"),
        "claim": volunteer.get(reverse("claim", args=[claim.public_id])),
        "desk": coordinator.get("/admin/"),
        "needs": coordinator.get(reverse("admin:requests_app_need_changelist")),
        "need": coordinator.get(need),
    }
    contact = AskContact.objects.get(ask=facts["ask"])
    return {
        "pages": {name: page.status_code for name, page in asked.items()},
        "link_names_helper": claim.volunteer.name in asked["link"].content.decode(),
        "contact": {name: getattr(contact, name) for name in facts["contact"]},
        "notes_read": sum(bool(notes.text) for notes in NeedNotes.objects.all()),
        "needs": Need.objects.count(),
    }


def _next_need(facts: dict[str, Any]) -> dict[str, Any]:
    """Another neighbour asks, is matched with who offered it before, and a coordinator assigns them."""
    from mutualaid.matching.actions import assign, match_for
    from mutualaid.people.models import User
    from requests_app.lifecycle.actors import coordinator
    from requests_app.models import Need
    from tests.support import factories

    newest = Need.objects.order_by("-pk").values_list("pk", flat=True)[0]
    need = factories.need(contact=factories.ANA)
    helper = User.objects.get(email=facts["other_volunteer"])
    match = match_for(helper, need)
    carla = User.objects.get(email=facts["coordinator"])
    claim = assign(need, to=helper, by=coordinator(carla))
    need.refresh_from_db()
    return {
        "next_id": need.pk - newest,
        "matched": match is not None,
        "next_claim": claim.pk - facts["newest_claim"],
        "state": str(need.state),
    }


if __name__ == "__main__":
    print(json.dumps(main(json.loads(Path(sys.argv[1]).read_text()))))
