"""Ask for something in a browser, as most journeys do."""

from tests.support.visitor import Visitor


def ask(
    neighbour: Visitor,
    *,
    name: str = "Ana",
    group: str = "Food",
    kind: str = "Groceries",
    area: str = "old-harbour",
    phone: str = "555 0199",
) -> str:
    """Ask for something and return the path of the private link."""
    page = neighbour.go("/ask/").press("Continue").page
    page.get_by_label(group, exact=True).check()
    neighbour.press("Continue").page.get_by_label(kind, exact=True).check()
    neighbour.press("Continue").page.select_option("[name=locality]", area)
    neighbour.press("Continue").page.get_by_label("Today").check()
    neighbour.press("Continue").page.fill("[name=notes]", "Milk and bread")
    neighbour.press("Continue").page.fill("[name=name]", name)
    page.fill("[name=phone]", phone)
    neighbour.unfold("E-mail, address, languages").page.fill("[name=address]", "12 Hill Road")
    neighbour.press("Continue").press("Ask for this")
    return page.url.removeprefix(neighbour.home)
