"""A coordinator answers what another group asks, on a desk and on a phone, in English and in Arabic."""

import pytest
from pytest_django.live_server_helper import LiveServer

from mutualaid.partners.models import IncomingReferral
from mutualaid.partners.states import IncomingState
from mutualaid.people.models import Role
from tests.journeys.conftest import Arrive
from tests.journeys.test_every_page import TOO_WIDE, broken_rules
from tests.support import factories, referrals
from tests.support.keyboard import faults_by_keyboard
from tests.support.visitor import DESK, PHONE

pytestmark = [
    pytest.mark.browser,
    pytest.mark.one_database,
    pytest.mark.django_db(transaction=True),
]
NEEDS = "/admin/partners/needs/"
SIZES = {"phone": PHONE, "desk": DESK}


@pytest.fixture
def unknown(live_server: LiveServer) -> IncomingReferral:
    """Asked in words that are not ours."""
    factories.set_points()
    crown = referrals.partner("Crown Heights Mutual Aid")
    return referrals.asked(
        crown, category="ironing", category_name="Ironing", area="Prospect", urgency=4
    )


def test_a_coordinator_chooses_kind_and_area_and_says_yes(
    unknown: IncomingReferral, arrive: Arrive
) -> None:
    carla = arrive(factories.person("Carla", Role.COORDINATOR), viewport=DESK)
    carla.go("/admin/").picture("passed-on-1-board")
    carla.page.get_by_text("need of a neighbouring group waits").click()
    carla.picture("passed-on-2-list")
    carla.press("Ironing · Prospect").picture("passed-on-3-page")
    carla.press("Yes, we can help").picture("passed-on-4-error")
    carla.page.select_option("[name=category]", label="Groceries")
    carla.page.select_option("[name=locality]", label="Saltmarsh")
    carla.press("Yes, we can help")
    assert "We said yes." in carla.page.inner_text("body")
    unknown.refresh_from_db()
    assert unknown.state == IncomingState.ACCEPTED


@pytest.mark.parametrize(("language", "light"), [("en", "light"), ("ar", "light"), ("en", "dark")])
@pytest.mark.parametrize("width", ["phone", "desk"])
def test_each_of_its_pages_can_be_read_and_pressed(
    unknown: IncomingReferral, arrive: Arrive, language: str, light: str, width: str
) -> None:
    who = factories.person("Carla", Role.COORDINATOR)
    here = referrals.received(unknown.partner, by=who)
    options = {"locale": language, "color_scheme": light, "viewport": SIZES[width]}
    carla, wrong = arrive(who, bypass_csp=True, java_script_enabled=True, **options), list[str]()
    for path in (
        NEEDS,
        f"{NEEDS}{unknown.pk}/",
        f"{NEEDS}{here.pk}/",
        f"/admin/requests_app/need/{here.need_id}/change/",
    ):
        carla.go(path).picture(f"passed-on-{language}-{light}-{width}-{path.split('/')[-2]}-")
        found = broken_rules(carla) + ["too wide"] * carla.page.evaluate(TOO_WIDE)
        found += [] if language == "ar" else faults_by_keyboard(carla.page)
        wrong += [f"{path}: {what}" for what in found]
    assert not wrong, "\n".join(wrong)
