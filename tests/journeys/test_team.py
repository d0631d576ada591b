"""Who is of the team: taking a call, two people for a role, and the log. On a small phone, without script."""

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import NewVisitor
from tests.journeys.test_call import take_call

pytestmark = pytest.mark.browser
TOO_WIDE = "() => document.documentElement.scrollWidth > window.innerWidth"
LOG = "/admin/people/stafflogentry/"
OWN_ROLES = "/admin/people/twopersondecision/mine/"


def test_a_call_is_written_down_and_the_log_tells_who_did_so(visitor: NewVisitor) -> None:
    carla = visitor().sign_in("Carla")
    take_call(carla, name="Canary", phone="608 555 0177", area="saltmarsh")
    carla.go(f"{LOG}?kind=need")
    expect(carla.page.locator("tbody tr").first).to_contain_text("Carla")
    carla.does_not_see("Canary")


def test_one_proposes_a_role_and_cannot_agree_alone(visitor: NewVisitor) -> None:
    carla = visitor().sign_in("Carla").go("/admin/people/user/?q=Sam")
    carla.press("Sam").press("Roles in the team")
    carla.page.get_by_label("Give the role: intake").check()
    carla.press("Propose it")
    expect(carla.page.locator("body")).to_contain_text("Now someone else has to agree.")
    assert not carla.page.get_by_role("button", name="I agree").count()
    carla.press("Take it back")
    expect(carla.page.locator(".messagelist")).to_contain_text("The proposal is taken back.")
    carla.go(OWN_ROLES).press("Give up this role")
    expect(carla.page.locator(".messagelist")).to_contain_text("Nobody else has this role.")


def test_its_pages_need_no_sideways_scrolling(visitor: NewVisitor) -> None:
    carla = visitor(java_script_enabled=True, bypass_csp=True).sign_in("Carla")
    carla.go("/admin/people/user/?q=Sam").press("Sam")
    person = carla.page.url.partition("change/")[0].removeprefix(carla.home)
    for page in (LOG, OWN_ROLES, "/admin/call/", f"{person}rights/", f"{person}email/", "/admin/"):
        carla.go(page)
        assert not carla.page.evaluate(TOO_WIDE), page
