"""Someone signs up only to collect names, addresses and phones: what they get, through the site's own pages.

They offer everything everywhere, look at every page, say yes to all they can, open the contact details,
let go, and begin again; with as many accounts as they like. There are no other volunteers, so every
invitation is theirs: the worst case.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from django.test import Client

from mutualaid.matching import tasks
from requests_app.actions import ContactDetails
from requests_app.models import Need
from tests.support import factories

PATTERNS = {
    "names": re.compile(r"Neighbour\d{4}"),
    "addresses": re.compile(r"\d{4} Hidden Lane"),
    "phones": re.compile(r"608 555 \d{4}"),
}
LINK = re.compile(r'href="(/(?:help|claims)/[^"#?]+)"')


@dataclass
class Loot:
    """What was read, each once; `before_yes` are names read of a need before any yes to it."""

    before_yes: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)
    addresses: set[str] = field(default_factory=set)
    phones: set[str] = field(default_factory=set)

    def read(self, page: str) -> set[str]:
        """Take what stands on a page; return the names on it."""
        found = {kind: set(pattern.findall(page)) for kind, pattern in PATTERNS.items()}
        for kind, texts in found.items():
            getattr(self, kind).update(texts)
        return found["names"]

    def counts(self) -> tuple[int, int, int, int]:
        return tuple(map(len, (self.before_yes, self.names, self.addresses, self.phones)))  # type: ignore[return-value]


class Harvester:
    """One throw-away account."""

    def __init__(self, loot: Loot) -> None:
        self.loot = loot
        self.user = factories.person(known=False)
        factories.offer(by=self.user, reach_km=500, per_week=50)
        self.client = Client()
        self.client.force_login(
            self.user, backend="allauth.account.auth_backends.AuthenticationBackend"
        )

    def go_round(self) -> None:
        """Look at everything once, and take on what can be taken on, one after the other."""
        self._look_at_own_pages()
        pages = self._everything()
        for page in pages:
            self._read_before_yes(page)
        for page in pages:
            if not self._take(page):
                break
        self._look_at_own_pages()

    def _everything(self) -> list[str]:
        """The pages of all needs: those that fit, and those on the board, tried out with the offer."""
        pages = dict.fromkeys(self._links("/help/") + self._links("/me/"))
        for link in self._links("/board/"):
            asked = self.client.post(f"{link}ask/")
            pages |= dict.fromkeys([asked.headers.get("Location", link)])
        return [page for page in pages if re.fullmatch(r"/help/[0-9a-f-]{36}/", page)]

    def _take(self, page: str) -> bool:
        """Say yes, look, let go and look once more; False where no more contact details are to be had."""
        claim = self.client.post(f"{page}yes/").headers.get("Location", "")
        if not claim.startswith("/claims/"):
            return True
        self._get(claim)
        details = self.client.post(f"{claim}contact/", follow=True).content.decode()
        self.loot.read(details)
        self.client.post(f"{claim}release/")
        for again in (claim, page):
            self._get(again)
        return PATTERNS["addresses"].search(details) is not None

    def _look_at_own_pages(self) -> None:
        for page in ("/help/", "/me/", "/offer/", "/messages/"):
            self._read_before_yes(page)
        self.loot.read(self.client.post("/account/data/download/").content.decode())

    def _read_before_yes(self, page: str) -> None:
        self.loot.before_yes |= self._get(page)

    def _get(self, page: str) -> set[str]:
        return self.loot.read(self.client.get(page).content.decode())

    def _links(self, page: str) -> list[str]:
        return LINK.findall(self.client.get(page).content.decode())


def neighbours(count: int) -> list[Need]:
    """Needs of as many neighbours, each with a name, an address and a phone of their own."""
    return [
        factories.need(
            contact=ContactDetails(
                name=f"Neighbour{number:04}",
                address=f"{number:04} Hidden Lane",
                phone=f"608 555 {number:04}",
            )
        )
        for number in range(count)
    ]


def harvest(
    accounts: int, days: int, next_round: Callable[[], object], *, rounds_a_day: int = 2
) -> Iterable[Loot]:
    """Attack with so many fresh accounts; yield the loot so far at the end of each day.

    `next_round` lets a part of a day pass: a day has `rounds_a_day` of them.
    """
    loot = Loot()
    harvesters = [Harvester(loot) for _ in range(accounts)]
    for _day in range(days):
        for _round in range(rounds_a_day):
            tasks.sweep()
            for harvester in harvesters:
                harvester.go_round()
            next_round()
        yield loot
