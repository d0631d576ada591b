"""Personal details planted in the data show up nowhere but where they must. Bars P1, P2, P7, S11."""

import logging
from dataclasses import replace
from io import StringIO
from typing import Any

import pytest
from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.core import mail
from django.db import connection
from django.utils import timezone

from mutualaid.encryption.fields import WrongKey
from mutualaid.logs import JsonFormatter
from mutualaid.matching.actions import accept, match_for
from mutualaid.matching.models import Match
from mutualaid.notify.models import Notification
from mutualaid.notify.tasks import sweep as deliver_all
from requests_app.actions import deliver_claim, report_not_arrived
from requests_app.lifecycle.actors import volunteer
from requests_app.models import AskContact, NeedEvent
from tests import test_site_map, test_site_map_admin
from tests.support import factories, scene, walking
from tests.support.admin_form import contact_as_it_stands
from tests.support.canary import CANARY, NOTES
from tests.support.gateway import gateway
from tests.support.people import E164, PHONE, spoken_with

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
SECRETS = ("987 6543", "9876543", "canary@", "Canary Terrace", "canary note", "canary sings")
NAME = CANARY.name


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> scene.Scene:
    """The usual scene, but everyone who asks is the canary."""
    usual = factories.need
    of_the_canary = {"contact": CANARY, "notes": NOTES}
    monkeypatch.setattr(factories, "need", lambda **f: usual(**of_the_canary | f))
    return scene.build()


def everything(here: scene.Scene, who: str) -> dict[str, str]:
    """Return every page as this person gets it, by address."""
    browser = walking.client(here, who)
    paths = [test_site_map.path_of(route, here) for route in test_site_map.ROWS]
    paths += [test_site_map_admin.path_of(route, here) for route in test_site_map_admin.ROWS]
    return {path: walking.text_of(browser.get(path)) for path in paths}


def leaks(pages: dict[str, str], secrets: tuple[str, ...] = SECRETS) -> dict[str, list[str]]:
    by_page = {path: [s for s in secrets if s in text] for path, text in pages.items()}
    return {path: leaked for path, leaked in by_page.items() if leaked}


@pytest.mark.one_database
@pytest.mark.parametrize("who", ["nobody", "rosa", "mallory"])
def test_no_one_else_ever_sees_who_asks_or_where_they_are(here, who):
    assert leaks(everything(here, who), (*SECRETS, NAME)) == {}


@pytest.mark.one_database
def test_no_page_that_is_only_looked_at_shows_it_to_the_volunteer_or_a_coordinator(here):
    assert leaks(everything(here, "sam")) == {}
    assert leaks(everything(here, "carla"), (*SECRETS, NAME)) == {}


def test_the_volunteer_opens_it_by_a_step_that_is_written_down(here):
    sam = walking.client(here, "sam")
    answer = sam.post(f"/claims/{here.claim.public_id}/contact/")
    assert answer.status_code == 200
    assert set(*leaks({"": answer.content.decode()}).values()) >= {"canary@", "Canary Terrace"}
    assert [(look.by, look.by_kind) for look in here.claim.need.ask.access_log.all()] == [
        (here.people["sam"], "volunteer")
    ]


def test_before_the_yes_the_name_alone_is_seen_and_only_while_invited(here):
    Match.objects.filter(pk=here.match.pk).apply("invite", invited_at=timezone.now())
    page = walking.client(here, "sam").get(f"/help/{here.match.public_id}/").content.decode()
    assert NAME in page
    assert leaks({"": page}) == {}


def test_it_is_gone_on_the_very_next_request_after_the_claim_ends(here):
    sam = walking.client(here, "sam")
    path = f"/claims/{here.claim.public_id}/contact/"
    assert leaks({path: sam.post(path).content.decode()})
    deliver_claim(here.claim, by=volunteer(here.people["sam"]))
    answer = sam.post(path, follow=True)
    assert leaks({path: answer.content.decode()}, (*SECRETS, NAME)) == {}
    assert here.claim.need.ask.access_log.count() == 1


def test_a_person_who_was_shut_out_sees_nothing_more(here):
    sam = walking.client(here, "sam")
    here.people["sam"].is_active = False
    here.people["sam"].save()
    assert sam.post(f"/claims/{here.claim.public_id}/contact/").status_code == 302


def test_a_coordinator_opens_it_by_a_step_and_may_correct_it(here):
    carla = walking.client(here, "carla")
    path = f"/admin/requests_app/ask/{here.open_need.ask_id}/contact/"
    assert leaks({path: carla.get(path).content.decode()}, (*SECRETS, NAME)) == {}
    assert leaks({path: carla.post(path).content.decode()}, (*SECRETS, NAME))
    assert here.open_need.ask.access_log.get().by_kind == "coordinator"
    corrected = contact_as_it_stands(carla, path) | {"phone": "555 987 6543 ext 5"}
    assert carla.post(path, corrected).status_code == 302
    assert AskContact.objects.get(ask=here.open_need.ask).phone == "555 987 6543 ext 5"
    event = here.open_need.events.last()
    assert (event.action, event.actor) == ("change", here.people["carla"])
    assert "phone" in event.reason
    written = repr([list(LogEntry.objects.values()), list(NeedEvent.objects.values())])
    assert leaks({"log": written}, (*SECRETS, NAME)) == {}


def test_no_message_carries_it(here):
    deliver_all()
    assert Notification.objects.filter(state="sent").count() == len(mail.outbox) > 3
    messages = {
        str(n): f"{m.subject} {m.body} {vars(m)['alternatives']}" for n, m in enumerate(mail.outbox)
    }
    assert leaks(messages, (*SECRETS, NAME)) == {}


def test_text_messages_the_room_and_the_outbox_carry_none_of_it(here, settings, tmp_path):
    """Bars P7 and P9: one whole run, then a look at all that left the site or stands in its queue."""
    settings.SMS_URL, settings.MAIL_DIR = "sink://", tmp_path
    texting = replace(CANARY, phone=PHONE, channels="call,sms")
    mallory = here.people["mallory"]
    claim = accept(scene.match_of(mallory, spoken_with(factories.need(contact=texting))))
    deliver_all()
    deliver_claim(claim, by=volunteer(mallory))
    deliver_all()
    report_not_arrived(claim.need)
    with gateway() as room:
        room.status = 200
        settings.TEAM_CHAT_URLS = [f"json://127.0.0.1:{room.port}/"]
        factories.need(category=factories.category("one-night", sensitive=True))
        deliver_all()
    texts = (tmp_path / "texts.log").read_text()
    assert texts.count(f"To: {E164}") == 3
    queue = repr(list(Notification.objects.values()))
    left = {"texts": texts, "room": str(room.asked), "queue": queue}
    assert room.asked
    assert leaks(left, (*SECRETS, NAME)) == {}
    assert leaks({"queue": queue}, ("2125550143", "555 0143")) == {}


def test_tasks_are_given_ids_only(here, monkeypatch, django_capture_on_commit_callbacks):
    given: list[Any] = []
    monkeypatch.setattr(
        "celery.app.task.Task.apply_async", lambda task, ids, **_: given.extend(ids)
    )
    with django_capture_on_commit_callbacks(execute=True):
        factories.need()
    assert given
    assert all(isinstance(value, int) for value in given)


def test_logs_name_routes_and_no_private_link(here, monkeypatch):
    out = StringIO()
    root = logging.getLogger()
    ours = [h for h in root.handlers if isinstance(h.formatter, JsonFormatter)]
    monkeypatch.setattr(ours[0], "stream", out)
    before = root.level
    root.setLevel(logging.INFO)  # forgets which loggers were found disabled
    everything(here, "sam")
    root.setLevel(before)
    written = out.getvalue()
    assert "need/<str:token>/" in written
    assert leaks({"log": written}, (*SECRETS, NAME, here.token, "sam@people.example")) == {}


def rows_of(table: str) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
        return list(cursor.fetchall())


def test_the_database_holds_no_readable_detail(here):
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
    held = {table: repr(rows_of(table)) for table in tables}
    assert leaks(held, (*SECRETS, NAME)) == {}
    assert AskContact.objects.get(ask=here.open_need.ask).address == CANARY.address


def test_a_wrong_key_is_said_so_and_nothing_is_shown_or_lost(here, settings):
    settings.CONTACT_KEYS = ["k1:" + "QUFB" * 10 + "QUE="]
    with pytest.raises(WrongKey):
        AskContact.objects.get(ask=here.open_need.ask)


def test_accepting_gives_the_contact_to_one_person_alone(here):
    mallory = here.people["mallory"]
    match = match_for(mallory, here.open_need)
    assert match
    claim = accept(match)
    pages = walking.clients(here)
    path = f"/claims/{claim.public_id}/contact/"
    assert leaks({"": pages["mallory"].post(path).content.decode()})
    assert pages["sam"].post(path).status_code == 404


def test_no_one_is_asked_what_is_none_of_our_business():
    never = {
        "citizen", "immigration", "birth", "national", "gender", "sex", "religion", "gps",
        "latitude_of_person", "ip", "user_agent", "income", "proof", "rating", "stars",
    }  # fmt: skip
    ours = [m for m in apps.get_models() if m._meta.app_label not in ("auth", "admin", "account")]
    fields = {f"{m.__name__}.{f.name}" for m in ours for f in m._meta.get_fields()}
    asked = {name for name in fields if set(name.lower().split(".")[1].split("_")) & never}
    assert asked == set()
