"""HSDS 3 JSON in and out: what goes out comes in again, and a file that is wrong changes nothing."""

import json
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from mutualaid.resources.actions import upsert_resource
from mutualaid.resources.hsds.reading import import_services, read_services
from mutualaid.resources.hsds.writing import write_services
from mutualaid.resources.models import Resource, ResourceKind
from tests.support import factories
from tests.support.few import examples

pytestmark = pytest.mark.django_db

TABLE: dict[str, Any] = {
    "id": "4f6c1b0e-8a4a-4a51-9a53-0b8f3c0b7f2c",
    "name": "Friday table",
    "status": "active",
    "assured_date": "2026-01-31",
    "organization": {"id": str(uuid4()), "name": "Riverside Cooks", "website": "https://a.example"},
    "attributes": [{"taxonomy_term": {"name": "Groceries", "taxonomy": "elsewhere"}}],
    "service_areas": [{"name": "Riverside"}],
    "languages": [{"code": "en-GB"}],
    "phones": [{"number": "555 0100", "extension": 7}, {"number": "555 0101"}],
    "schedules": [{"byday": "MO,WE", "opens_at": "09:00", "closes_at": "17:00"}],
    "required_documents": [{"document": "A bag"}, {"document": "A jar"}],
    "cost_options": [{"option": "Adults", "amount": 2, "currency": "EUR"}],
    "minimum_age": 16,
    "maximum_age": 25,
    "service_at_locations": [
        {
            "location": {
                "addresses": [
                    {"address_1": "12 Example Street", "postal_code": "B3J", "city": "Riverside"}
                ]
            }
        }
    ],
}


@pytest.fixture(autouse=True)
def words_and_places(request):
    if "db" in request.fixturenames or request.node.get_closest_marker("django_db"):
        factories.category()
        factories.locality()
        factories.language()


def page(*services):
    return {"contents": list(services)}


def table(**fields):
    return {**TABLE, **fields}


def mistakes(*services):
    outcome = import_services(page(*services), by=None)
    assert not Resource.objects.exists()
    return "\n".join(outcome.mistakes)


def test_a_file_of_others_is_read_as_far_as_we_have_fields_for_it():
    outcome = import_services(page(TABLE), by=None)
    assert (outcome.mistakes, outcome.added) == ([], 1)
    read = Resource.objects.get()
    assert str(read.public_id) == TABLE["id"]
    assert read.name == "Friday table"
    assert read.organization == "Riverside Cooks"
    assert read.website == "https://a.example"
    assert read.phone == "555 0100 ext. 7, 555 0101"
    assert read.hours == "MO,WE 09:00–17:00"
    assert read.to_bring == "A bag\nA jar"
    assert read.cost == "Adults 2 EUR"
    assert read.eligibility == "Age: 16–25"
    assert read.address == "12 Example Street, B3J"
    assert read.locality == factories.locality()
    assert read.checked_on == date(2026, 1, 31)
    assert list(read.categories.all()) == [factories.category()]
    assert list(read.areas.all()) == [factories.locality()]
    assert list(read.languages.all()) == [factories.language()]


def test_read_twice_it_is_there_once():
    import_services(page(TABLE), by=None)
    again = import_services(page(TABLE), by=None)
    assert (again.added, again.changed, again.same) == (0, 0, 1)
    changed = import_services(page(table(name="Saturday table")), by=None)
    assert (changed.added, changed.changed) == (0, 1)
    assert Resource.objects.get().name == "Saturday table"


def test_an_older_file_does_not_undo_a_check_and_a_newer_one_brings_its_own(carla):
    import_services(page(TABLE), by=None)
    Resource.objects.update(checked_on=date(2026, 6, 1), checked_by=carla)
    assert import_services(page(TABLE), by=None).same == 1
    assert Resource.objects.get().checked_on == date(2026, 6, 1)
    import_services(page(table(assured_date="2026-07-01")), by=None)
    newer = Resource.objects.get()
    assert (newer.checked_on, newer.checked_by) == (date(2026, 7, 1), None)


def test_what_no_one_checked_is_shown_to_no_one(client):
    import_services(page(table(assured_date=None)), by=None)
    assert Resource.objects.count() == 1
    assert "Friday table" not in client.get("/near/").content.decode()


def test_a_service_at_two_places_is_there_twice_and_again_not_four_times():
    places = [{"location": {"id": str(uuid4())}}, {"location": {"id": str(uuid4())}}]
    for added in (2, 0):
        outcome = import_services(page(table(service_at_locations=places)), by=None)
        assert (outcome.mistakes, outcome.added) == ([], added)
    assert Resource.objects.count() == 2


def test_without_an_area_it_is_for_where_its_place_is_or_for_everyone():
    town = factories.locality("town")
    import_services(page(table(service_areas=[])), by=None)
    assert list(Resource.objects.get().areas.all()) == [factories.locality()]
    line = table(id=str(uuid4()), name="Line", service_areas=[], service_at_locations=[])
    import_services(page(line), by=None)
    assert set(Resource.objects.get(name="Line").areas.all()) == {factories.locality(), town}


def test_all_that_is_wrong_in_a_file_is_said_at_once_and_nothing_is_written():
    said = mistakes(
        table(name=""),
        table(id="", name="No id"),
        table(
            id=str(uuid4()),
            attributes=[],
            service_areas=[{"name": "Atlantis"}],
            languages=[{"code": "xx"}],
            url="javascript:alert(1)",
            email="no",
            description="x" * 2001,
            assured_date="yesterday",
        ),
        table(id=str(uuid4()), assured_date=(date.today() + timedelta(days=2)).isoformat()),
        TABLE,
        "no service",
    )
    for sentence in (
        "Service 1, name: This field cannot be blank.",
        "Service 2, id: Every service needs one",
        "Service 3, kinds of help: Choose at least one kind of help.",
        "Service 3, service_areas 1, name: “Atlantis” is not in our list.",
        "Service 3, languages 1, name: “” is not in our list.",
        "Service 3, website: Write an address that starts with https:// or http://.",
        "Service 3, e-mail: Enter a valid email address.",
        "Service 3, what they do: This is too long: 2001 letters. Use 2000 at most.",
        "Service 3, assured_date: Write a date like 2026-05-31.",
        "Service 4, checked on: Choose today or an earlier day.",
        "Service 5, id: Another service in this file has the same one.",
        "Service 6: It has to be an object.",
    ):
        assert sentence in said, sentence


def test_a_kind_of_our_own_list_that_is_gone_is_said():
    term = {"code": "castles", "taxonomy": "mutualaid:category"}
    attributes = [*TABLE["attributes"], {"taxonomy_term": term}]
    assert "no kind of help called “castles”" in mistakes(table(attributes=attributes))


HOSTILE: list[Any] = [
    None, True, 0, -1, 1.5, 1e308, "", "x" * 20_000, [], {}, [[]], [None], [1], ["x"],
    [{}] * 201, {"contents": {}}, [{"location": 3}], {"name": ["x"]}, "\u202e\u200b",
]  # fmt: skip


@pytest.mark.parametrize("name", [*TABLE, "description", "url", "email", "fees_description"])
def test_no_wrong_type_anywhere_breaks_the_reading(name):
    for value in HOSTILE:
        services, said = read_services(page(table(**{name: value})))
        assert services or said


@pytest.mark.parametrize("data", [*HOSTILE, {"contents": []}, {"contents": [{}] * 2_001}])
def test_what_is_no_list_of_services_is_said(data):
    outcome = import_services(data, by=None)
    assert outcome.mistakes
    assert not Resource.objects.exists()


def upload(browser, content):
    typed = {"file": SimpleUploadedFile("near.json", content)}
    return browser.post("/admin/resources/hsds/", typed, follow=True).content.decode()


def test_a_coordinator_uploads_a_file_and_downloads_the_same(signed_in, carla):
    browser = signed_in(carla)
    assert "Added: 1." in upload(browser, json.dumps(page(TABLE)).encode())
    first = browser.get("/admin/resources/hsds.json").content
    assert "Were there already: 1." in upload(browser, first)
    assert browser.get("/admin/resources/hsds.json").content == first


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"\xff\xfe", b'"\\ud800"', b"[" * 100_000, b"1" * 10_000, b"PK\x03\x04zip"],
)
def test_a_file_that_is_no_json_is_told_beside_its_field(signed_in, carla, content):
    shown = upload(signed_in(carla), content)
    assert "no JSON that can be read" in shown or "This file is empty." in shown


def test_a_file_that_is_too_large_is_told_and_a_huge_one_refused_unread(signed_in, carla):
    browser = signed_in(carla)
    assert "This file is too large." in upload(browser, b"[]" + b" " * 2_000_000)
    typed = {"file": SimpleUploadedFile("near.json", b" " * 5_000_000)}
    assert browser.post("/admin/resources/hsds/", typed).status_code == 413


def test_no_other_page_takes_a_file(signed_in, carla):
    typed = {"file": SimpleUploadedFile("near.json", b"[]")}
    assert signed_in(carla).post("/admin/find/", typed).status_code == 400


def test_the_commands_write_a_file_and_read_it(tmp_path, capsys):
    import_services(page(TABLE), by=None)
    path = tmp_path / "near.json"
    call_command("export_resources", path)
    Resource.objects.all().delete()
    call_command("import_resources", path)
    assert "Added: 1" in capsys.readouterr().out
    call_command("export_resources")
    assert json.loads(capsys.readouterr().out) == json.loads(path.read_text())


@pytest.mark.parametrize("content", [b"{", b"[]", b"[3]"])
def test_the_command_says_what_is_wrong(tmp_path, content):
    path = tmp_path / "near.json"
    path.write_bytes(content)
    with pytest.raises(CommandError):
        call_command("import_resources", path)
    with pytest.raises(CommandError):
        call_command("import_resources", tmp_path / "nothing.json")


LINE = st.text(max_size=40)
TEXT = st.text(max_size=120)
VALUES = st.fixed_dictionaries(
    {
        "name": LINE.map(lambda text: f"A {text}"),
        "organization": LINE,
        "kind": st.sampled_from(ResourceKind.values),
        "description": TEXT,
        "address": LINE,
        "hours": TEXT,
        "eligibility": TEXT,
        "to_bring": TEXT,
        "cost": LINE,
        "phone": st.sampled_from(["", "555 0100", "555 0100, 211", "(608) 555-0142 TTY"]),
        "website": st.sampled_from(["", "https://a.example/?b=1&c=“d”", "http://b.example"]),
        "email": st.sampled_from(["", "table@group.example"]),
        "is_active": st.booleans(),
        "checked_on": st.none() | st.dates(date(2020, 1, 1), date(2026, 1, 1)),
        "place": st.booleans(),
    }
)


class RoundTrip(TestCase):
    @hypothesis_settings(max_examples=examples(60))
    @given(st.lists(VALUES, min_size=1, max_size=3))
    def test_what_goes_out_comes_in_again_as_it_was(self, several):
        """On a site that has none of it: each field, and the same file out of it. Twice changes nothing."""
        category, area, language = (
            factories.category(), factories.locality("old-town"), factories.language(),
        )  # fmt: skip
        for values in several:
            place = area if values.pop("place") else None
            links = {"categories": [category], "areas": [area], "languages": [language]}
            wanted: Any = {**values, **links, "locality": place}
            upsert_resource(uuid4(), wanted, by=None)
        written = json.loads(json.dumps(write_services(Resource.objects.with_all())))
        assert import_services(written, by=None).same == len(several)
        Resource.objects.all().delete()
        outcome = import_services(written, by=None)
        assert (outcome.mistakes, outcome.added) == ([], len(several))
        assert write_services(Resource.objects.with_all()) == written
