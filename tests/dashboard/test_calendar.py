"""The calendar: agreed days, kind and area alone, behind an address that can be made anew."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone
from icalendar import Calendar

from mutualaid.dashboard.address import new_address
from mutualaid.people.models import User
from requests_app import actions
from requests_app.actions import ContactDetails
from requests_app.lifecycle.actors import volunteer
from requests_app.models import Claim
from tests.support import factories
from tests.support.claims import WAYS_TO_END

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
DAY = timezone.localdate() + timedelta(days=3)
SECRET = ContactDetails(
    name="Zsófi", phone="555 987 6543", email="z@mail.example", address="9 Canary Road"
)
NOTES = "The key is with Bo"


def agreed(by: User, **fields: Any) -> Claim:
    need = factories.need(contact=SECRET, notes=NOTES, **fields)
    claim = actions.assign_need(need, to=by, by=volunteer(by))
    actions.agree_on_day(claim, day=DAY, by=volunteer(by))
    return claim


def events(client: Any, token: str) -> list[Any]:
    answer = client.get(f"/calendar/{token}.ics")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    return list(Calendar.from_ical(answer.content).walk("VEVENT"))


def test_it_names_the_day_the_kind_and_the_area_and_nothing_else(client, sam):
    claim = agreed(sam)
    (event,) = events(client, new_address(sam))
    assert event["SUMMARY"] == "Groceries · Riverside"
    assert event["DTSTART"].dt == DAY
    assert set(event) == {
        "UID", "DTSTAMP", "LAST-MODIFIED", "SEQUENCE", "DTSTART", "TRANSP", "SUMMARY"
    }  # fmt: skip
    assert event["UID"] == f"{claim.public_id}@localhost"


@time_machine.travel("2026-07-01T10:00Z")
def test_an_agreed_time_is_an_hour_on_the_clock_of_the_group(client, sam, settings):
    settings.TIME_ZONE = "America/Chicago"
    with timezone.override("America/Chicago"):
        claim = agreed(sam)
        actions.agree_on_day(claim, day=date(2026, 7, 4), at=time(17, 30), by=volunteer(sam))
        (event,) = events(client, new_address(sam))
    assert event["DTSTART"].dt == datetime(2026, 7, 4, 22, 30, tzinfo=UTC)
    assert event["DTEND"].dt > event["DTSTART"].dt


def test_it_has_a_name_so_that_no_program_shows_its_address(client, sam):
    """NAME and REFRESH-INTERVAL are of RFC 7986; Outlook and Google read the properties with X."""
    token = new_address(sam)
    feed = Calendar.from_ical(client.get(f"/calendar/{token}.ics").content)
    assert feed["NAME"] == feed["X-WR-CALNAME"] == "Mutual Aid"
    assert feed["REFRESH-INTERVAL"].dt == timedelta(hours=1)
    assert feed["REFRESH-INTERVAL"].params["VALUE"] == "DURATION"
    assert feed["X-PUBLISHED-TTL"] == "PT1H"
    assert {"PRODID", "VERSION", "METHOD"} <= set(feed)
    assert token not in feed.to_ical().decode()


def test_a_day_that_moved_is_a_newer_revision_of_the_same_event(client, sam):
    with time_machine.travel("2026-07-01T10:00Z", tick=False):
        claim = agreed(sam)
        token = new_address(sam)
        (before,) = events(client, token)
        (same,) = events(client, token)
    with time_machine.travel("2026-07-02T10:00Z", tick=False):
        moved_to = timezone.localdate() + timedelta(days=5)
        actions.agree_on_day(claim, day=moved_to, by=volunteer(sam))
        (after,) = events(client, token)
    assert same == before
    assert after["UID"] == before["UID"]
    assert after["SEQUENCE"] == before["SEQUENCE"] + 1
    for stamp in ("DTSTAMP", "LAST-MODIFIED"):
        assert after[stamp].dt > before[stamp].dt


def test_nothing_of_the_neighbour_is_in_it(client, sam):
    agreed(sam)
    shown = client.get(f"/calendar/{new_address(sam)}.ics").content.decode()
    told = (*vars(SECRET).values(), NOTES)
    assert [secret for secret in told if secret and str(secret) in shown] == []


def test_it_holds_what_i_asked_for_too(client, rosa, sam):
    agreed(sam, account=rosa)
    assert len(events(client, new_address(rosa))) == 1


def test_a_sensitive_kind_is_not_named(client, sam):
    agreed(sam, category=factories.category("papers", sensitive=True))
    (event,) = events(client, new_address(sam))
    assert event["SUMMARY"] == "Mutual aid · Riverside"


@pytest.mark.parametrize("end", WAYS_TO_END)
def test_what_is_over_is_gone_from_it(client, sam, end):
    claim = agreed(sam)
    WAYS_TO_END[end](claim)
    assert events(client, new_address(sam)) == []


def test_strange_and_long_names_survive(client, sam):
    name = 'Ü, "quoted"; back\\slash ' + "long " * 18
    place = factories.locality("odd")
    place.name = name
    place.save()
    agreed(sam, locality=place)
    raw = client.get(f"/calendar/{new_address(sam)}.ics").content
    assert max(len(line) for line in raw.split(b"\r\n")) <= 75
    (event,) = Calendar.from_ical(raw).walk("VEVENT")
    assert event["SUMMARY"] == f"Groceries · {name}"


def test_the_address_is_shown_once_made_anew_and_closed(client, sam, signed_in):
    browser = signed_in(sam)

    def make() -> str:
        shown = browser.post("/me/calendar/").content.decode()
        return str(shown.split("/calendar/")[-1].split(".ics")[0])

    first, second = make(), make()
    assert first not in str(User.objects.values())
    assert second not in browser.get("/me/").content.decode()
    assert client.get(f"/calendar/{first}.ics").status_code == 404
    assert client.get(f"/calendar/{second}.ics").status_code == 200
    browser.post("/me/calendar/stop/")
    assert client.get(f"/calendar/{second}.ics").status_code == 404


def test_whoever_is_shut_out_has_no_calendar_any_more(client, sam):
    token = new_address(sam)
    User.objects.filter(pk=sam.pk).update(is_active=False)
    assert client.get(f"/calendar/{token}.ics").status_code == 404


def test_guessing_is_stopped_and_no_cache_keeps_it(client, sam):
    answer = client.get(f"/calendar/{new_address(sam)}.ics")
    assert "no-store" in answer.headers["Cache-Control"]
    assert answer.headers["X-Robots-Tag"] == "noindex"
    tried = [client.get(f"/calendar/wrong-{n}.ics").status_code for n in range(22)]
    assert tried == [404] * 20 + [429] * 2
