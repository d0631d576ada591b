"""Coordinators write the group's face on one page, with what it looks like beside the boxes."""

import re
from functools import partial
from typing import Any

import pytest
from django.conf import settings as site
from django.test import Client

from mutualaid.group.current import current_group
from mutualaid.group.models import GroupLogo, GroupProfile, GroupProfileChange
from mutualaid.group.texts import VALUES
from mutualaid.people.models import Role
from tests.support import factories
from tests.support.admin_form import as_it_stands, fields_of
from tests.support.at_once import at_once
from tests.support.logos import SVG_WITH_SCRIPT, picture, upload
from tests.support.signing_in import sign_in

pytestmark = pytest.mark.django_db
PAGE = "/admin/group/groupprofile/1/change/"
PREVIEW = "/admin/group/groupprofile/1/preview/"
HISTORY = "/admin/group/groupprofile/1/history/"


def languages(*codes: str) -> dict[str, str]:
    """The form's boxes for languages: these, and the others empty."""
    return {f"languages_{n}": "" for n in range(len(site.LANGUAGES))} | {
        f"languages_{n}": code for n, code in enumerate(codes)
    }


def save(browser: Any, form: dict[str, Any], **values: Any) -> Any:
    return browser.post(PAGE, form | values | {"_save": "1"})


def change(browser: Any, **values: Any) -> Any:
    return save(browser, as_it_stands(browser, PAGE), **values)


def test_a_coordinator_changes_it_and_the_history_tells(carlas):
    answer = change(carlas, name="Harbour Help", leaf="#a8321f", welcome_en="Hello **you**")
    assert answer.status_code == 302
    assert current_group().name == "Harbour Help"
    page = carlas.get(HISTORY).content.decode()
    assert "Carla" in page
    assert "Main color: from #17624a to #a8321f" in page
    assert "Harbour Help" in carlas.get("/").content.decode()


def test_saving_it_as_it_stands_changes_nothing(carlas):
    assert change(carlas).status_code == 302
    assert not GroupProfile.objects.exists() or GroupProfileChange.objects.count() == 1


def test_looking_at_it_stores_nothing(carlas):
    for page in (PAGE, HISTORY):
        assert carlas.get(page).status_code == 200
    assert not GroupProfile.objects.exists()


def test_each_value_has_its_box_and_a_sentence(carlas):
    page = carlas.get(PAGE)
    form = page.context["adminform"].form
    for name in ("seen", *VALUES):
        assert f'name="{name}"' in page.content.decode()
    for name in ("name", "phone", "email", "logo", "leaf", "marigold", "languages", *VALUES):
        assert form.fields[name].help_text, name


def test_a_preview_shows_what_was_typed_and_saves_nothing(carlas):
    typed = as_it_stands(carlas, PAGE) | {
        "name": "Harbour Help",
        "leaf": "#a8321f",
        "welcome_en": "Hello **you** <script>",
    }
    answer = carlas.post(PREVIEW, typed)
    page = answer.content.decode()
    assert "Nothing is saved yet" in page
    assert page.count("Harbour Help") > 4
    assert "<p>Hello <strong>you</strong> &lt;script&gt;</p>" in page
    assert "leaf=%23a8321f" in page
    assert not GroupProfile.objects.exists()
    assert save(carlas, fields_of(answer.context["adminform"].form)).status_code == 302
    assert (current_group().name, current_group().leaf) == ("Harbour Help", "#a8321f")


def test_the_preview_speaks_the_first_language_of_the_group(carlas):
    typed = as_it_stands(carlas, PAGE) | languages("ar", "en")
    typed |= {"welcome_en": "Hello", "welcome_ar": "أهلًا"}
    page = carlas.post(PREVIEW, typed).content.decode()
    face = page.split('<section class="face-preview"')[1].split("</section>")[0]
    assert face.startswith(' lang="ar" dir="rtl"')
    assert "<p>أهلًا</p>" in face
    assert "<p>Hello</p>" not in face
    assert "By day" in face, "its own headings are the coordinator's"
    assert re.search(r'name="welcome_ar"[^>]* dir="rtl"', page)


def test_a_new_logo_goes_through_the_preview(carlas):
    answer = carlas.post(PREVIEW, as_it_stands(carlas, PAGE) | {"logo_file": upload(picture())})
    assert current_group().logo_url == ""
    typed = fields_of(answer.context["adminform"].form)
    assert typed["logo"]
    assert save(carlas, typed).status_code == 302
    shown = carlas.get(current_group().logo_url)
    assert (shown.status_code, shown.headers["Content-Type"]) == (200, "image/png")
    assert f'src="{current_group().logo_url}"' in carlas.get("/").content.decode()


def test_a_logo_can_be_taken_away(carlas):
    change(carlas, logo_file=upload(picture()))
    assert current_group().logo_id
    change(carlas, logo_remove="on")
    assert current_group().logo_id is None


@pytest.mark.parametrize(
    ("name", "typed", "sentence"),
    [
        ("leaf", "red;}", "Write # and then six"),
        ("leaf", "#ffd400", "The nearest one that works is #"),
        ("name", "", "Write the name of your group."),
        ("phone", "any time", "Write one phone number"),
        ("welcome_en", "x" * 601, "600"),
    ],
)
@pytest.mark.parametrize("page", [PAGE, PREVIEW])
def test_a_mistake_is_told_beside_it_and_nothing_typed_is_lost(carlas, page, name, typed, sentence):
    form = as_it_stands(carlas, PAGE)
    sent = form | {
        "line_en": "By the sea",
        "logo_file": upload(picture()),
        name: typed,
        "_save": "1",
    }
    answer = carlas.post(page, sent)
    again = answer.context["adminform"].form
    assert answer.status_code == 200
    assert sentence in " ".join(again.errors[name])
    assert list(again.errors) == [name]
    kept = fields_of(again)
    assert (kept["line_en"], kept[name]) == ("By the sea", typed)
    assert kept["logo"] == GroupLogo.objects.get().digest
    assert not GroupProfile.objects.exists()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (SVG_WITH_SCRIPT, "save your logo as PNG"),
        (b"hello", "We can&#x27;t read this file as a picture"),
        (b"\x89PNG" + bytes(20_000_000), "larger than 12 MB"),
    ],
)
def test_a_file_that_is_no_logo_is_told_beside_it(carlas, content, sentence):
    form = as_it_stands(carlas, PAGE)
    answer = save(carlas, form, line_en="By the sea", logo_file=upload(content))
    assert answer.status_code == 200
    assert sentence in answer.content.decode()
    assert fields_of(answer.context["adminform"].form)["line_en"] == "By the sea"
    assert not GroupLogo.objects.exists()


def test_a_logo_that_is_gone_is_told(carlas):
    answer = change(carlas, logo="0" * 32)
    assert "This logo is gone. Please choose it again." in answer.content.decode()
    assert change(carlas, logo="../../x").status_code == 200


def test_languages_are_chosen_in_an_order(carlas):
    change(carlas, **languages("ar", "en"))
    assert [code for code, _name in current_group().offered_languages] == ["ar", "en"]
    page = change(carlas, **languages("ar", "ar")).content.decode()
    assert "Choose each language once." in page
    page = change(carlas, **languages()).content.decode()
    assert "Choose at least one language." in page


def test_languages_that_come_later_are_offered_too_where_all_are(carlas):
    change(carlas, name="Harbour")
    assert GroupProfile.objects.get().languages == ""


def test_an_older_page_writes_only_what_its_user_changed(carlas, doras):
    old = as_it_stands(doras, PAGE)
    fewer = languages("en", "es")
    change(carlas, name="Harbour", welcome_en="Hello", logo_file=upload(picture()), **fewer)
    assert save(doras, old, welcome_es="Hola").status_code == 302
    now = current_group()
    assert (now.name, now.texts["welcome_en"], now.texts["welcome_es"]) == (
        "Harbour",
        "Hello",
        "Hola",
    )
    assert now.logo_id
    assert now.languages == "en es"


def test_the_same_value_changed_meanwhile_shows_both_and_writes_nothing(carlas, doras):
    old = as_it_stands(doras, PAGE)
    change(carlas, name="Harbour", **languages("es", "en"))
    answer = save(doras, old, name="Haven")
    assert "It now says: Harbour. You wrote: Haven." in answer.content.decode()
    assert current_group().name == "Harbour"
    again = fields_of(answer.context["adminform"].form)
    assert (again["languages_0"], again["languages_1"]) == ("es", "en")
    assert save(doras, again).status_code == 302
    assert (current_group().name, current_group().languages) == ("Haven", "es en")


def test_of_two_who_change_the_languages_the_later_one_is_asked(carlas, doras):
    old = as_it_stands(doras, PAGE)
    change(carlas, **languages("en", "es"))
    answer = save(doras, old, **languages("ar", "en"))
    assert "It now says: English, Español. You wrote: العربية, English." in answer.content.decode()
    assert current_group().languages == "en es"
    assert save(doras, fields_of(answer.context["adminform"].form)).status_code == 302
    assert current_group().languages == "ar en"


def test_words_in_a_language_that_someone_took_away_meanwhile_wait_for_its_return(carlas, doras):
    old = as_it_stands(doras, PAGE)
    change(carlas, **languages("en", "ar"))
    assert save(doras, old, welcome_es="Hola").status_code == 302
    assert (current_group().languages, current_group().texts["welcome_es"]) == ("en ar", "Hola")
    change(carlas, **languages("en", "es"))
    assert "Hola" in carlas.get("/", headers={"accept-language": "es"}).content.decode()


def test_two_logos_at_once_are_told(carlas, doras):
    old = as_it_stands(doras, PAGE)
    change(carlas, logo_file=upload(picture()))
    first = current_group().logo_id
    answer = save(doras, old, logo_file=upload(picture(colour="#123456")))
    assert "Carla changed this while you had it open. It now says: a logo." in (
        answer.content.decode()
    )
    assert current_group().logo_id == first
    assert save(doras, fields_of(answer.context["adminform"].form)).status_code == 302
    assert current_group().logo_id != first


@pytest.mark.django_db(transaction=True)
def test_of_two_saves_at_once_one_is_told():
    people = [factories.person(name, Role.COORDINATOR) for name in ("Carla", "Dora")]
    browsers = [sign_in(Client(), person) for person in people]
    forms = [as_it_stands(browser, PAGE) for browser in browsers]
    answers = at_once([partial(save, browsers[n], forms[n], name=f"Name {n}") for n in (0, 1)])
    assert sorted(answer.status_code for answer in answers) == [200, 302]
    assert GroupProfileChange.objects.count() == 2


@pytest.mark.parametrize("who", ["rosa", "sam"])
def test_no_one_else_gets_in(who, request, signed_in):
    browser = signed_in(request.getfixturevalue(who))
    for page in (PAGE, PREVIEW, HISTORY, "/admin/group/groupprofile/preview.css"):
        assert browser.get(page).status_code == 302


def test_an_auditor_looks_and_changes_nothing(signed_in):
    browser = signed_in(factories.person("Ada", Role.AUDITOR))
    assert browser.get(PAGE).status_code == 200
    assert browser.get(HISTORY).status_code == 200
    assert browser.post(PREVIEW, {}).status_code == 403
    assert browser.post(PAGE, {"name": "Mine", "_save": "1"}).status_code == 403


def test_the_stylesheet_of_the_preview_takes_colours_and_nothing_else(carlas):
    sheet = "/admin/group/groupprofile/preview.css"
    assert "#a8321f" in carlas.get(sheet, {"leaf": "#a8321f"}).content.decode()
    bad = carlas.get(sheet, {"leaf": "red;}body{display:none", "marigold": "#12345"})
    assert bad.status_code == 200
    assert "display:none}" not in bad.content.decode()
    assert "red;}" not in bad.content.decode()
