"""The pages on which a neighbour changes an ask, as a browser uses them."""

from typing import Any

from requests_app.access.links import make_link
from requests_app.actions import ContactDetails
from requests_app.models import Ask, Need
from tests.support import factories

ANA = ContactDetails(name="Ana", phone="555 0100", email="ana@mail.example", address="7 Hill Road")
OF_THE_NEED = {"kind", "where", "when", "people", "notes"}
"""What is changed of one need; all else is of the ask."""


class ChangePages:
    """An ask with one need, and the pages behind its link."""

    def __init__(self, client: Any, **fields: Any) -> None:
        details: dict[str, Any] = {"contact": ANA, "notes": "Milk"} | fields
        self.need = factories.need(**details)
        self.client, self.link = client, f"/need/{make_link(self.need.ask)}/"

    @property
    def ask(self) -> Ask:
        return self.need.ask

    def path(self, thing: str = "") -> str:
        of_need = f"{self.need.public_id}/" if thing in OF_THE_NEED else ""
        return f"{self.link}{of_need}change/{thing}{'/' if thing else ''}"

    def change(self, thing: str, **typed: Any) -> str:
        answer = self.client.post(self.path(thing), typed, follow=True)
        self.need = Need.objects.select_related("ask__contact", "locality").get(pk=self.need.pk)
        return str(answer.content.decode())

    def get(self, thing: str = "") -> str:
        return str(self.client.get(self.path(thing)).content.decode())

    def value(self, name: str) -> Any:
        """The current value: notes of the need, or a field of the contact."""
        if name == "notes":
            return self.need.notes.text
        return getattr(self.ask.contact, name)


class Several:
    """One ask with two needs: one for groceries, and one for meals."""

    def __init__(self, client: Any) -> None:
        meals = factories.category("meals")
        self.ask = factories.ask(
            factories.details(), factories.details(category=meals), contact=ANA
        )
        self.groceries, self.meals = self.ask.needs.order_by("pk")
        self.client, self.link = client, f"/need/{make_link(self.ask)}/"

    def change(self, thing: str, **typed: Any) -> str:
        answer = self.client.post(f"{self.link}change/{thing}/", typed, follow=True)
        return str(answer.content.decode())
