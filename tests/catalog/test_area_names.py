"""Names of areas in the reader's language: typed by a group, read everywhere, found by every spelling."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from mutualaid.catalog.area_names import in_text
from mutualaid.catalog.forms.choices import locality_choices
from mutualaid.catalog.models import Locality
from mutualaid.catalog.outlines import read_outlines
from mutualaid.group.actions import change_group, make_group
from mutualaid.importing.cells.lookups import LocalityLookup
from mutualaid.importing.command_line.propose_areas import propose
from mutualaid.notify.registry import kind_named
from mutualaid.notify.rendering.render import render_message, render_text_message
from mutualaid.numbers.models import Month, MonthPart
from mutualaid.people.models import Role
from mutualaid.resources.hsds.reading import _Reader
from tests.support import factories
from tests.support.admin_form import as_it_stands
from tests.support.finding import search
from tests.support.people import MAIL
from tests.support.signing_in import sign_in

pytestmark = pytest.mark.django_db
RIVER = "حي النهر"
IN_ARABIC = {"HTTP_ACCEPT_LANGUAGE": "ar"}


@pytest.fixture
def riverside() -> Locality:
    area = factories.locality()
    Locality.objects.filter(pk=area.pk).update(names={"ar": RIVER, "es": "La Ribera"})
    area.refresh_from_db()
    return area


@pytest.fixture
def admin(client, riverside, carla):
    return sign_in(client, carla)


def page_of(area: Locality) -> str:
    return f"/admin/catalog/locality/{area.pk}/change/"


@pytest.mark.parametrize(
    ("reader", "name", "language"),
    [
        ("ar", RIVER, "ar"),
        ("es", "La Ribera", "es"),
        ("en", "Riverside", "en"),
        ("vi", "Riverside", "en"),
    ],
)
def test_an_area_is_called_as_its_reader_calls_it_or_else_as_the_group_does(
    riverside, reader, name, language
):
    with translation.override(reader):
        assert (str(riverside), riverside.label, riverside.language_of_label) == (
            name,
            name,
            language,
        )


def test_a_page_says_the_name_in_its_language_and_which_language_another_is_in(client, riverside):
    factories.need()
    factories.need(locality=factories.locality("hilltop"))
    page = client.get("/board/", **IN_ARABIC).content.decode()
    assert f"<bdi>{RIVER}</bdi>" in page
    assert '<bdi lang="en">Hilltop</bdi>' in page
    assert "Riverside" not in page


def test_a_drawing_says_so_too_and_keeps_a_name_that_runs_the_other_way_together(client, riverside):
    factories.locality("hilltop", 0.02, 0.0)
    page = client.get("/board/", **IN_ARABIC).content.decode()
    texts = re.findall(r'<tspan class="name"[^>]* lang="(\w+)"[^>]*>([^<]+)<', page)
    assert texts == [("en", "\u2068Hilltop\u2069"), ("ar", RIVER)]
    assert 'lang="en" aria-label="\u2068Hilltop\u2069' in page


def test_what_is_chosen_from_stands_in_the_order_of_the_readers_alphabet(riverside):
    factories.locality("alder", parent=riverside)
    birch = factories.locality("birch", parent=riverside)
    Locality.objects.filter(pk=birch.pk).update(names={"es": "Abedul"})
    within = [[label for _slug, label in areas] for _parent, areas in locality_choices()]
    assert within == [["Riverside"], ["Alder", "Birch"]]
    with translation.override("es"):
        (_none, _whole), (parent, areas) = locality_choices()
        assert (parent, [label for _slug, label in areas]) == ("La Ribera", ["Abedul", "Alder"])


def test_a_mail_names_it_in_the_language_of_its_reader(riverside):
    need = factories.need(contact=MAIL, locality=riverside)
    factories.set_contact(need.ask, language="ar")
    kind = kind_named("need_received")
    letter = kind.compose(need.pk)
    assert letter
    mail = render_message(kind, letter)
    assert RIVER in mail.text
    assert RIVER in mail.html
    assert "Riverside" not in mail.text + mail.html + render_text_message(kind, letter)


def test_a_name_that_runs_against_the_line_is_isolated_in_text_and_no_other(riverside):
    hilltop = factories.locality("hilltop")
    with translation.override("ar"):
        assert (in_text(riverside), in_text(hilltop)) == (RIVER, "\u2068Hilltop\u2069")
    Locality.objects.filter(pk=hilltop.pk).update(name=RIVER)
    hilltop.refresh_from_db()
    assert (in_text(riverside), in_text(hilltop)) == ("Riverside", f"\u2068{RIVER}\u2069")


@pytest.mark.parametrize("spelling", ["Riverside", "la ribera", RIVER])
def test_every_spelling_finds_it(admin, riverside, spelling):
    assert LocalityLookup(Locality.objects.all(), max_km=1).find(spelling, None) == riverside
    shape = {
        "type": "Polygon",
        "coordinates": [[[-0.01, -0.01], [0.01, -0.01], [0, 0.01], [-0.01, -0.01]]],
    }
    feature = {"type": "Feature", "properties": {"name": spelling}, "geometry": shape}
    assert riverside.pk in read_outlines({"features": [feature]}).outlines
    assert _Reader().areas[spelling.casefold()] == riverside
    assert propose([], km=1, parent=spelling, existing=[riverside]) == []
    assert "Riverside" in search(admin, spelling)
    factories.need()
    factories.need(locality=factories.locality("hilltop"))
    for listed in ("catalog/locality", "requests_app/need", "requests_app/ask"):
        found = admin.get(f"/admin/{listed}/?q={spelling}").context["cl"]
        assert found.result_count == 1, listed


def test_a_name_of_two_areas_finds_neither_but_the_own_name_of_one_goes_first(riverside):
    ribera = factories.locality("ribera")
    Locality.objects.filter(pk=ribera.pk).update(name="La Ribera")
    shape = {
        "type": "Polygon",
        "coordinates": [[[-0.01, -0.01], [0.01, -0.01], [0, 0.01], [-0.01, -0.01]]],
    }
    feature = {"type": "Feature", "properties": {"name": "La Ribera"}, "geometry": shape}
    assert set(read_outlines({"features": [feature]}).outlines) == {ribera.pk}
    assert "la ribera" not in _Reader().areas
    assert not LocalityLookup(Locality.objects.all(), max_km=1).knows("La Ribera")


def test_more_areas_and_more_names_cost_no_query_more(client, riverside):
    factories.need()

    def queries(path: str) -> int:
        client.get(path, **IN_ARABIC)
        with CaptureQueriesContext(connection) as asked:
            client.get(path, **IN_ARABIC)
        return len(asked)

    paths = ["/board/", "/", "/board/text/", "/numbers/"]
    before = [queries(path) for path in paths]
    for n in range(4):
        area = factories.locality(f"area-{n}", lat=n / 10)
        Locality.objects.filter(pk=area.pk).update(names={"ar": f"{RIVER} {n}"} if n % 2 else {})
        area.refresh_from_db()
        factories.need(locality=area)
    assert [queries(path) for path in paths] == before


def test_what_programs_read_keeps_the_one_name(client, riverside):
    month = Month.objects.create(first_day="2026-10-01", asked=10, met=5, unmet=5)
    MonthPart.objects.create(month=month, area=riverside, asked=10, met=5, unmet=5)
    MonthPart.objects.create(
        month=month, area=factories.locality("hilltop"), asked=0, met=0, unmet=0
    )
    rows = client.get("/numbers/numbers.json", **IN_ARABIC).json()["rows"]
    assert [row["name"] for row in rows if row["part"] == "area"] == ["Hilltop", "Riverside"]
    page = client.get("/numbers/", **IN_ARABIC).content.decode()
    assert f"<bdi>{RIVER}</bdi>" in page
    assert '<bdi lang="en">Hilltop</bdi>' in page, "also of a handful"


def test_its_page_takes_a_name_for_each_language_and_an_empty_one_takes_it_away(admin, riverside):
    form = as_it_stands(admin, page_of(riverside))
    assert (form["name_ar"], form["name_es"]) == (RIVER, "La Ribera")
    answer = admin.post(page_of(riverside), form | {"name_es": "", "name_ru": " Речной "})
    assert answer.status_code == 302
    riverside.refresh_from_db()
    assert riverside.names == {"ar": RIVER, "ru": "Речной"}


def test_a_new_area_has_its_names_at_once(admin):
    typed = {"slug": "mill", "name": "Mill", "lat": "0", "lng": "0", "name_fr": "Le Moulin"}
    shown = as_it_stands(admin, "/admin/catalog/locality/add/")
    assert admin.post("/admin/catalog/locality/add/", shown | typed).status_code == 302
    assert Locality.objects.get(slug="mill").names == {"fr": "Le Moulin"}


def test_two_who_fill_in_two_languages_keep_both_and_of_one_the_second_is_told(admin, riverside):
    first = as_it_stands(admin, page_of(riverside))
    second = dict(first)
    admin.post(page_of(riverside), first | {"name_fr": "La Rive", "name_vi": "Bờ Sông"})
    answer = admin.post(page_of(riverside), second | {"name_ru": "Речной", "name_vi": "Ven Sông"})
    assert "name_vi" in answer.context["adminform"].form.errors
    admin.post(page_of(riverside), second | {"name_ru": "Речной"})
    riverside.refresh_from_db()
    assert riverside.names == {
        "ar": RIVER, "es": "La Ribera", "fr": "La Rive", "vi": "Bờ Sông", "ru": "Речной",
    }  # fmt: skip


def test_a_name_that_is_too_long_is_said_beside_its_box_and_stays_typed(admin, riverside):
    form = as_it_stands(admin, page_of(riverside)) | {"name_fr": "x" * 121}
    answer = admin.post(page_of(riverside), form).context["adminform"].form
    assert list(answer.errors) == ["name_fr"]
    assert answer["name_fr"].value() == "x" * 121


def test_a_name_in_a_language_that_the_group_no_longer_offers_stays(admin, riverside):
    make_group()
    change_group(by=None, changes={"languages": "en ar"})
    form = as_it_stands(admin, page_of(riverside))
    assert "name_es" not in form
    admin.post(page_of(riverside), form | {"name_ar": "النهر"})
    riverside.refresh_from_db()
    assert riverside.names == {"ar": "النهر", "es": "La Ribera"}


def test_whoever_may_only_look_reads_the_names(client, riverside):
    page = (
        sign_in(client, factories.person("Iris", Role.AUDITOR))
        .get(page_of(riverside))
        .content.decode()
    )
    assert f'<bdi lang="ar">{RIVER}</bdi>' in page
