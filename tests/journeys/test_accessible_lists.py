"""Lists of the admin, what is made of them, and the review queue break no checkable rule of WCAG 2.2 AA."""

import pytest

from tests.journeys.conftest import NewVisitor
from tests.journeys.test_every_page import broken_rules

pytestmark = pytest.mark.browser
PAGES = (
    "/admin/review/",
    "/admin/export/contacts/",
    "/admin/text/",
    "/admin/print/needs/",
    *(
        f"/admin/{name}/"
        for name in (
            "requests_app/need", "requests_app/ask", "people/user", "offers_app/offer",
            "notify/notification", "notify/calltask", "catalog/category", "catalog/locality",
        )
    ),
)  # fmt: skip


@pytest.mark.parametrize("width", [768, 1280])
@pytest.mark.parametrize(("language", "light"), [("en", "light"), ("ar", "dark")])
def test_no_list_breaks_a_rule(visitor: NewVisitor, language: str, light: str, width: int) -> None:
    carla = visitor(
        locale=language,
        color_scheme=light,
        viewport={"width": width, "height": 900},
        java_script_enabled=True,
        bypass_csp=True,
    ).sign_in("Carla")
    broken = [rule for path in PAGES for rule in broken_rules(carla.go(path))]
    assert not broken, "\n".join(broken)
