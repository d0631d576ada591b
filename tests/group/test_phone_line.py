"""Wherever a neighbour may be stuck stands how to reach the group: what dials, and when someone answers."""

import re
from html.parser import HTMLParser

import pytest
from django.test import Client
from django.utils import translation

from mutualaid.group.actions import change_group
from mutualaid.notify.accounts.mail import post
from mutualaid.notify.tasks import sweep as deliver_all
from tests.support import factories, scene, walking
from tests.test_errors import ERRORS
from tests.test_site_map import ROWS, path_of

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
LINE = '<a href="tel:5550177"><bdi dir="ltr">555 0177</bdi></a>'
HOURS = '<bdi lang="fr">tous les jours de 9 h à 18 h</bdi>'
STUCK = (
    "/need/find/", "/need/lost/", "/need/lost/sent/", "/need/no-such-link/", "/account/login/",
    "/account/signup/", "/account/password/reset/", "/account/inactive/", "/nothing/here/",
)  # fmt: skip
"""Pages on which it stands beside what went wrong, and not only at their foot."""
GLUED = re.compile(r"\w[:;?!](?!\w|//)")
"""French keeps a space before these signs."""


@pytest.fixture(autouse=True)
def face() -> None:
    change_group(
        by=None,
        changes={
            "phone": "555 0177",
            "hours_fr": "tous les jours de 9 h à 18 h",
            "email": "nous@example.org",
            "line_fr": "Au bord de la mer",
            "emergency_fr": "Danger ? Le 15.",
            "pause_fr": "Nous reprenons en mai.",
        },
    )


def shown(client: Client, path: str) -> str:
    return walking.text_of(client.get(path, headers={"accept-language": "fr"}))


def inside(page: str) -> str:
    return page.split("<main")[1].split("</main>")[0]


class Words(HTMLParser):
    """The sentences of a page as one sees them; a tag of a block ends a sentence."""

    IN_LINE = ("a", "b", "bdi", "em", "span", "strong", "small", "time")

    def __init__(self) -> None:
        super().__init__()
        self.text = ""
        self.skipped = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        is_unseen = "visually-hidden" in (dict(attrs).get("class") or "")
        if not self.skipped and (tag in ("script", "style", "svg") or is_unseen):
            self.skipped = tag
        self.text += "" if tag in self.IN_LINE else "\n"

    def handle_endtag(self, tag: str) -> None:
        if tag == self.skipped:
            self.skipped = ""

    def handle_data(self, data: str) -> None:
        self.text += "" if self.skipped else data


def glued_signs(page: str) -> list[str]:
    reader = Words()
    reader.feed(page)
    return [line.strip() for line in reader.text.splitlines() if GLUED.search(line)]


@pytest.mark.slow
def test_it_stands_on_every_page_and_no_sign_is_glued_in_french(here: scene.Scene):
    missing, glued, pages = [], set[str](), 0
    for who in ("nobody", "rosa", "sam"):
        client = walking.client(here, who, headers={"accept-language": "fr"})
        for route in ROWS:
            answer = client.get(path_of(route, here))
            page = walking.text_of(answer)
            if answer.status_code != 200 or "</html>" not in page:
                continue
            pages += 1
            missing += [(who, route)] * (LINE not in page or HOURS not in page)
            glued |= {f"{route}: {line}" for line in glued_signs(page)}
    assert pages > 100
    assert missing == []
    assert glued == set()


@pytest.mark.parametrize("path", STUCK)
def test_it_stands_beside_what_went_wrong_and_is_not_said_again_below(client, path):
    page = shown(client, path)
    assert LINE in inside(page)
    assert HOURS in inside(page)
    assert page.count(LINE) == 1


@pytest.mark.parametrize("status", ERRORS)
def test_it_stands_on_every_error(status, here: scene.Scene):
    browser = walking.client(here, "rosa")
    page = walking.text_of(ERRORS[status](browser, headers={"accept-language": "fr"}))
    assert LINE in inside(page)


def test_it_stands_on_the_receipt_and_on_the_private_page(client, here: scene.Scene):
    page = inside(shown(client, f"/need/{here.token}/"))
    assert page.count(LINE) == 1


def test_during_a_pause_the_groups_words_stand_with_its_line_and_what_to_do_in_an_emergency(client):
    factories.set_policy(asking_paused=True)
    page = inside(shown(client, "/ask/who/"))
    for words in (LINE, HOURS, "Nous reprenons en mai.", "Danger ? Le 15."):
        assert words in page
    factories.set_policy(asking_paused_words="Until Monday.")
    page = inside(shown(client, "/ask/who/"))
    assert "Until Monday." in page
    assert "Nous reprenons en mai." not in page


def test_the_first_question_says_what_to_do_in_an_emergency(client):
    factories.category("groceries")
    assert "Danger ? Le 15." in inside(shown(client, "/ask/who/"))


def test_it_stands_on_what_is_printed_and_on_a_phones_home_screen(client, here: scene.Scene):
    assert LINE in shown(client, "/offline/")
    manifest = client.get("/manifest.webmanifest", headers={"accept-language": "fr"}).json()
    assert manifest["description"] == "Au bord de la mer"
    assert len(manifest["short_name"]) <= 12
    sams = walking.client(here, "sam", headers={"accept-language": "fr"})
    assert LINE in walking.text_of(sams.get("/me/route/")).split('class="printed-on"')[1][:600]


def test_it_stands_at_the_foot_of_a_mail_that_lost_its_frame(mailoutbox):
    """Some programs show only what is inside of the body, without the style of the head."""
    change_group(by=None, changes={"languages": "ar fr", "hours_ar": "كل يوم", "leaf": "#a8321f"})
    with translation.override("ar"):
        post("rosa@example.org", "رمزك", "123456")
    deliver_all()
    (mail,) = (mail for mail in mailoutbox if mail.subject == "رمزك")
    inner = str(mail.alternatives[0].content).split("<body>")[1].split("</body>")[0]
    assert '<div class="mail" lang="ar" dir="rtl" style="' in inner
    assert "#a8321f" in inner
    for words in (LINE, '<bdi lang="ar">كل يوم</bdi>', '<p lang="fr" dir="auto">Au bord'):
        assert words in inner
    assert "555 0177، كل يوم" in mail.body
    assert "Au bord de la mer" in mail.body
