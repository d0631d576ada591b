"""Areas by a sheet in the browser: where someone asks, nothing is moved."""

import pytest

from mutualaid.catalog.models import Locality, LocalityDistance
from mutualaid.people.models import User
from tests.importing.uploads import checked, outcomes, press, upload
from tests.support import factories
from tests.support.sheets import output_of, write

SHEET = """\
Area,Code,Part of,Latitude,Longitude,Name (es)
Old Port,port,,1.5,2.5,Puerto Viejo
Dock,dock,port,1.4,2.4,
Top of the Hill,hilltop,,0,0.009,El Cerro
Riverside,riverside,,9,9,
"""


@pytest.fixture
def browser(carla, signed_in):
    return signed_in(carla)


def areas():
    """All areas, and how far they are from each other."""
    distances = LocalityDistance.objects.order_by("locality", "other")
    return [*Locality.objects.order_by("pk").values()], [
        *distances.values_list("locality", "other", "km", "inside")
    ]


@pytest.fixture
def asked_in_riverside():
    factories.need(locality=factories.locality("riverside"))


def test_areas_come_in_and_one_in_which_someone_asks_is_not_moved(browser, asked_in_riverside):
    run = checked(browser, upload(browser, SHEET, "areas.csv", kind="areas"))
    assert outcomes(run) == {2: "new", 3: "new", 4: "new", 5: "unread"}
    press(browser, run, "import")
    assert Locality.objects.get(slug="dock").parent.name == "Old Port"
    hilltop = Locality.objects.get(slug="hilltop")
    assert (hilltop.name, hilltop.names) == ("Top of the Hill", {"es": "El Cerro"})
    assert Locality.objects.get(slug="riverside").lat == 0
    assert "people ask for help in it" in run.sheet_rows.get(number=5).reason_list[0]


def test_taken_back_they_are_as_they_were(browser, asked_in_riverside):
    before = areas()
    run = checked(browser, upload(browser, SHEET, "areas.csv", kind="areas"))
    press(browser, run, "import")
    press(browser, run, "undo")
    assert areas() == before


@pytest.mark.parametrize("what", ["offer", "person", "coordinator", "resource"])
def test_a_new_one_to_which_someone_has_come_is_not_taken_back(what, browser, carla):
    """It would be taken from them without a word."""
    run = checked(browser, upload(browser, SHEET, "areas.csv", kind="areas"))
    press(browser, run, "import")
    port = Locality.objects.get(slug="port")
    match what:
        case "offer":
            factories.offer().localities.add(port)
        case "person":
            User.objects.filter(pk=factories.person("Sam").pk).update(locality=port)
        case "coordinator":
            carla.memberships.get(role="coordinator").areas.add(port)
        case "resource":
            factories.resource(locality=port)
    assert "something has come of 1 row" in press(browser, run, "undo")
    assert Locality.objects.filter(pk=port.pk).exists()


def test_one_in_which_someone_asks_meanwhile_is_not_moved(browser):
    run = checked(browser, upload(browser, SHEET, "areas.csv", kind="areas"))
    assert outcomes(run)[5] == "new"
    factories.need(locality=Locality.objects.get(slug="riverside"))
    press(browser, run, "import")
    assert outcomes(run)[5] == "unread"
    assert Locality.objects.get(slug="riverside").lat == 0


def test_the_command_does_not_move_them_either(tmp_path, asked_in_riverside):
    rows = [["Riverside", "riverside", "9", "9"], ["Hilltop", "hilltop", "8", "8"]]
    path = write(tmp_path / "areas.csv", *rows, headings=["name", "slug", "lat", "lng"])
    output = output_of("import_localities", path)
    assert "Changed: 1" in output
    assert "row 2: “Riverside” is here already, somewhere else" in output
    assert Locality.objects.get(slug="riverside").lat == 0
    assert Locality.objects.get(slug="hilltop").lat == 8


def test_proposing_knows_the_areas_that_exist(tmp_path):
    places = [
        ("0.0001", "0.0001", "Riverside"),
        ("0.5", "0.5", "Riverside"),
        ("0.5", "0.5", "Riverside"),
    ]
    rows = [[str(n), place, lat, lng] for n, (lat, lng, place) in enumerate(places)]
    path = write(tmp_path / "may.csv", *rows, headings=["Reference", "Place", "Lat", "Lng"])
    out = tmp_path / "areas.csv"
    assert "Proposed: 1 areas" in output_of("propose_localities", path, "--out", out)
    assert "Riverside 2,riverside-2," in out.read_text("utf-8-sig")
    assert "Added: 1\nChanged: 0" in output_of("import_localities", out)


def test_words_that_are_no_place_are_left_to_be_typed(tmp_path):
    rows = [
        [str(n), place, "5", "5"]
        for n, place in enumerate(["After", "Unsure", "Off 3", "after"] * 3)
    ]
    path = write(tmp_path / "may.csv", *rows, headings=["Reference", "Place", "Lat", "Lng"])
    out = tmp_path / "areas.csv"
    output = output_of("propose_localities", path, "--out", out)
    assert "Names to be typed: 1" in output
    assert "The name needs 1 to 120 characters" in output_of("import_localities", out)
