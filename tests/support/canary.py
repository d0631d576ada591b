"""A neighbour whose every detail can be searched for, wherever it may leak to."""

import re
from typing import Any

from requests_app.actions import ContactDetails
from requests_app.models import Ask, Need
from tests.support import factories

CANARY = ContactDetails(
    name="Zsófianary",
    phone="555 987 6543",
    email="canary@secret.example",
    address="98 Canary Terrace",
    times="when the canary sings",
    asked_by="Canarino",
)
NOTES = "the blue canary note"
SECRETS: tuple[str, ...] = (*(str(word) for word in vars(CANARY).values() if word), NOTES)


def ask(**fields: Any) -> Ask:
    """An ask of the canary with one need, for groceries; `fields` are of the ask or of the need."""
    own = {name: fields.pop(name) for name in factories.OF_THE_NEED & fields.keys()}
    return factories.ask(factories.details(**{"notes": NOTES} | own), contact=CANARY, **fields)


def need(**fields: Any) -> Need:
    return ask(**fields).needs.get()


def without_tokens(page: str) -> str:
    """The page without its random tokens, in which any short name may stand by chance."""
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"|/need/[\w-]{32}/', "", page)
