"""From the tick while asking to a yes for a neighbouring group: on a small phone and by keyboard."""

import pytest
from pytest_django.live_server_helper import LiveServer

from mutualaid.partners.models import OutgoingReferral, Partner
from mutualaid.partners.states import OutgoingState
from mutualaid.people.models import Role
from requests_app.access.links import make_link
from requests_app.models import Need
from tests.journeys.conftest import Arrive
from tests.journeys.test_every_page import TOO_WIDE, broken_rules, what_does_not_fit
from tests.journeys.test_keyboard import tab_to
from tests.support import asking, factories, groups
from tests.support.keyboard import faults_by_keyboard
from tests.support.visitor import DESK, PHONE, Visitor

pytestmark = [
    pytest.mark.browser,
    pytest.mark.one_database,
    pytest.mark.django_db(transaction=True),
]
TICK = "If no one here is found, ask neighbouring groups too"
SIZES = {"phone": PHONE, "desk": DESK}


@pytest.fixture
def here(live_server: LiveServer) -> None:
    asking.words_and_places()
    factories.set_points()
    groups.live_group("Crown Heights Mutual Aid")


def ask_with_the_tick(ana: Visitor) -> str:
    """Ask as anyone does up to the last page, tick there, and return the path of the private link."""
    page = ana.go("/ask/").press("Continue").page
    for choice in ("Food", "Groceries"):
        page.get_by_label(choice, exact=True).check()
        ana.press("Continue")
    page.select_option("[name=locality]", "riverside")
    ana.press("Continue").page.get_by_label("Today").check()
    ana.press("Continue").press("Continue").page.fill("[name=name]", "Ana")
    page.fill("[name=phone]", "608 555 0142")
    assert not page.get_by_label(TICK).is_checked()
    page.get_by_label(TICK).check()
    ana.picture("groups-1-tick")
    ana.press("Continue").sees("Ask neighbouring groups too")
    ana.picture("groups-2-check")
    ana.press("Ask for this")
    return page.url.removeprefix(ana.home)


def asked(state: str) -> OutgoingReferral:
    return groups.asked(Need.objects.get(), Partner.objects.get(), state)


def test_a_neighbour_lets_a_group_know_who_they_are(here: None, arrive: Arrive) -> None:
    ana = arrive()
    link = ask_with_the_tick(ana)
    question = asked(OutgoingState.ACCEPTED)
    ana.go(link).sees("Someone at Crown Heights Mutual Aid can help.")
    ana.picture("groups-3-question")
    ana.press("Read what they would get, and decide")
    ana.sees("But we can't make them forget what they have read.")
    ana.picture("groups-4-consent")
    ana.press("Show what they'd read").sees("608 555 0142")
    ana.picture("groups-5-consent-open")
    ana.press("Yes, send it").sees("is looking for someone who will get in touch with you")
    ana.picture("groups-6-agreed")
    question.refresh_from_db()
    assert question.state == OutgoingState.AGREED


def test_by_keyboard_alone_they_say_no(here: None, arrive: Arrive) -> None:
    ana = arrive(viewport=DESK, java_script_enabled=True)
    page, keys = ana.page, ana.page.keyboard
    link = ask_with_the_tick(ana)
    question = asked(OutgoingState.ACCEPTED)
    ana.go(link)
    tab_to(page, "Read what they would get, and decide")
    keys.press("Enter")
    page.wait_for_url("**/groups/**")
    tab_to(page, "No, keep it here")
    keys.press("Enter")
    ana.sees("That's all right. They don't know who you are.")
    question.refresh_from_db()
    assert question.state == OutgoingState.NOT_WANTED


@pytest.mark.parametrize(("language", "light"), [("en", "light"), ("ar", "light"), ("es", "dark")])
@pytest.mark.parametrize("width", ["phone", "desk"])
def test_each_of_its_pages_can_be_read_and_pressed(
    here: None, arrive: Arrive, language: str, light: str, width: str
) -> None:
    need = groups.askable_need(notes="Ring twice, please")
    groups.asked(need, groups.live_group("Hilltop"), OutgoingState.DECLINED)
    question = groups.asked(need, Partner.objects.earliest("pk"), OutgoingState.ACCEPTED)
    private = f"/need/{make_link(need.ask)}/"
    consent = f"{private}groups/{question.public_id}/"
    options = {"locale": language, "color_scheme": light, "viewport": SIZES[width]}
    ana, wrong = arrive(bypass_csp=True, java_script_enabled=True, **options), list[str]()
    for path in (private, f"{private}change/partners/", consent):
        ana.go(path)
        ana.picture(f"groups-{language}-{width}-{len(wrong)}-{path.split('/')[-2][:8]}")
        found = broken_rules(ana) + (what_does_not_fit(ana) if light == "light" else [])
        found += [] if language == "ar" else faults_by_keyboard(ana.page)
        wrong += [f"{path}: {what}" for what in found]
    assert not wrong, "\n".join(wrong)


def test_a_coordinator_asks_a_group(here: None, arrive: Arrive) -> None:
    carla = arrive(factories.person("Carla", Role.COORDINATOR), viewport=DESK)
    need = groups.askable_need()
    carla.go(f"/admin/requests_app/need/{need.pk}/change/").press("Ask a neighbouring group")
    carla.page.get_by_label("Crown Heights Mutual Aid").check()
    carla.picture("groups-7-admin-ask")
    carla.press("Ask this group")
    assert "is being asked just now" in carla.page.inner_text("body")
    carla.picture("groups-8-admin-asked")
    carla.go(f"/admin/requests_app/need/{need.pk}/change/").picture("groups-9-admin-need")
    assert OutgoingReferral.objects.get().state == OutgoingState.ASKED


@pytest.mark.parametrize("light", ["light", "dark"])
@pytest.mark.parametrize("width", ["phone", "desk"])
def test_a_coordinator_reads_out_what_a_group_would_get(
    here: None, arrive: Arrive, light: str, width: str
) -> None:
    need = groups.askable_need(notes="Ring twice, please")
    groups.asked(need, Partner.objects.get(), OutgoingState.ACCEPTED)
    who = factories.person("Carla", Role.COORDINATOR)
    options = {"color_scheme": light, "viewport": SIZES[width], "java_script_enabled": True}
    carla = arrive(who, bypass_csp=True, **options)
    carla.go(f"/admin/requests_app/need/{need.pk}/groups/").press("Show what they'd read")
    carla.picture(f"groups-admin-question-{light}-{width}")
    wrong = broken_rules(carla) + ["too wide"] * carla.page.evaluate(TOO_WIDE)
    wrong += faults_by_keyboard(carla.page)
    assert not wrong, "\n".join(wrong)
    carla.press("They said yes on the phone")
    assert "Their yes is noted." in carla.page.inner_text("body")
