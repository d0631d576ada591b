"""Whoever changes the language in the middle of a form goes on writing in it. Without a script."""

import pytest
from django.test import Client

from tests import test_site_map
from tests.support import asking, scene, walking
from tests.support.forms_filled import FormReader

pytestmark = pytest.mark.one_database
ASK = [f"/ask/{step}/" for step in ("someone-else", *asking.ANSWERS)]
OFFER = [f"/offer/{step}/" for step in ("what", "where", "when", "limits", "languages")]
CHANGE = [f"/offer/change/{step}/" for step in ("what", "where", "when", "limits", "languages")]
OF_AN_ASK = ("name", "phone", "email", "address", "channels", "times", "keep_from")
FORMS_OF_A_PASSWORD = ("/account/password/", "/account/ways/", "/account/reauthenticate/")


def pages_of(browser: Client, here: scene.Scene) -> list[str]:
    """The address of every page that this browser gets."""
    paths = [test_site_map.path_of(route, here) for route in test_site_map.ROWS]
    need = f"/need/{here.token}/{here.claim.need.public_id}/change"
    paths += [f"/need/{here.token}/change/{thing}/" for thing in OF_AN_ASK]
    paths += [f"{need}/{thing}/" for thing in ("when", "where", "notes")]
    paths += [*ASK, *OFFER, *CHANGE, "/account/login/?password=1"]
    return [path for path in paths if is_page(browser, path)]


def is_page(browser: Client, path: str) -> bool:
    answer = browser.get(path)
    return answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/html")


def read(answer: object) -> FormReader:
    return FormReader(walking.text_of(answer))


def begun(browser: Client) -> Client:
    """With all questions of an ask answered, so that each has its page."""
    asking.words_and_places()
    asking.answer_all(browser)
    asking.answer(browser, "who", for_whom="someone_else")
    return browser


@pytest.mark.slow
@pytest.mark.parametrize("who", ["nobody", "sam"])
def test_every_page_is_drawn_again_with_what_was_typed_and_nothing_is_saved(
    who: str, here: scene.Scene
):
    """Where a page has several forms, the first; with a script the one that was typed in last."""
    browser = begun(walking.client(here, who))
    pages = {path: read(browser.get(path)) for path in pages_of(browser, here)}
    before = scene.record()
    wrong, seen = [], 0
    for path, page in pages.items():
        if page.sent_by_chooser - {form.id for form in page.forms}:
            wrong.append(f"{path}: a button of the chooser does nothing")
        form = next((form for form in page.forms if form.texts), None)
        if form is None or path.startswith(FORMS_OF_A_PASSWORD):
            continue
        sent = form.filled()
        answer = browser.post(form.action or path, sent | {"in_language": "es"})
        again = read(answer)
        shown = next((f.values for f in again.forms if f.id == "typed"), {})
        lost = {name for name in [*form.texts, *form.choices] if shown.get(name) != sent[name]}
        if (again.language, lost, page.sent_by_chooser) != ("es", set(), {"typed"}):
            wrong.append(f"{path}: {answer.status_code} in {again.language!r}, lost {lost}")
        browser.post("/language/", {"language": "en"})
        seen += 1
    assert not wrong, "\n".join(wrong)
    assert seen > 15, "the walk found no forms"
    assert scene.record() == before


def test_a_language_that_the_group_dropped_meanwhile_saves_nothing_either(
    client: Client, here: scene.Scene
):
    before = scene.record()
    answer = client.post("/need/lost/", {"address": "ana@people.example", "in_language": "tlh"})
    assert read(answer).forms[-1].values["address"] == ["ana@people.example"]
    assert scene.record() == before


def test_the_language_stays_on_the_next_page(client: Client, db: None):
    client.post("/need/lost/", {"address": "ana", "in_language": "ar"})
    assert read(client.get("/about/")).language == "ar"


def test_a_password_is_not_shown_again(client: Client, db: None):
    typed = {"login": "ana@people.example", "password": "harbour lemon tractor"}
    answer = client.post("/account/login/?password=1", typed | {"in_language": "es"})
    assert "ana@people.example" in walking.text_of(answer)
    assert "harbour lemon tractor" not in walking.text_of(answer)
