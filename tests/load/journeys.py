"""Who comes, and what they do: each answer is checked for what it must show."""

from itertools import count

from locust.exception import StopUser

from tests.load.page import Page
from tests.load.visitor import Steps, Visitor

ITSELF = "^$"
"""A form that leads to the page on which it stands."""
ROWS = 'id="result_list"'
ADDRESS = "7 Hill Road"
"""Of each neighbour, for whoever helps them to see."""
_numbers = count(1)


class Reader(Visitor):
    """A neighbour who looks around."""

    def journey(self) -> Steps[None]:
        area, group = self.given["area"], self.given["group"]
        yield from self.get("/", "needs are open.")
        yield from self.get(f"/?area={area}", "Open near you")
        board = yield from self.get("/board/", 'class="note urgency')
        yield from self.get(board.link(r"^\?page=2$"), "Page 2 of")
        filtered = yield from self.get(
            f"/board/?category={group}&area={area}", 'class="note urgency'
        )
        further = yield from self.get(filtered.link(r"page=2$"), "Page 2 of")
        yield from self.get(further.link(r"^/help/need/"), "Sign in")
        yield from self.get("/board/text/", "Can you help with one of these?")
        near = yield from self.get("/near/", "nearby</h1>")
        yield from self.get(near.link(r"^/near/[0-9a-f-]{36}/$"), "<h1><bdi>Table")
        yield from self.get("/about/", "How it works</h1>")


class Asker(Visitor):
    """A neighbour who asks, without an account, and comes back with the link."""

    def journey(self) -> Steps[None]:
        page = yield from self.get("/ask/", "Who is this for?")
        page = yield from self.send(page, ITSELF, "What do you need?", for_whom="self")
        group, kind, area = (self.given[name] for name in ("group", "kind", "area"))
        page = yield from self.send(page, ITSELF, "Which of these?", group=group)
        page = yield from self.send(page, ITSELF, "Which area is it in?", category=kind)
        page = yield from self.send(page, ITSELF, "How soon", locality=area)
        page = yield from self.send(page, ITSELF, "A few details", urgency="3")
        page = yield from self.send(page, ITSELF, "How can we reach you?", notes="Milk and bread")
        email = f"visitor-{next(_numbers)}@people.example"
        contact = {"name": "Ana", "phone": "", "email": email, "address": ADDRESS}
        contact["keep_from_contact_points"] = keep_from = next(self.rounds["keep_from"])
        page = yield from self.send(page, ITSELF, "Check your answers", **contact, languages="en")
        page = yield from self.send(page, ITSELF, "We have your ask")
        self.receipts.append({"link": page.path, "keep_from": keep_from})
        self.client.cookies.clear()
        yield from self.get(page.path, "Your code")


class Returner(Visitor):
    """A neighbour who comes back by their private link."""

    def journey(self) -> Steps[None]:
        path = f"/need/{next(self.rounds['tokens'])}/"
        page = yield from self.get(path, "Your code")
        yield from self.get(page.link(r"/change/$"), "<h1>")
        yield from self.get(page.link(r"/data/$"), "<h1>")
        yield from self.get("/need/find/", "<h1>")


class Volunteer(Visitor):
    """A volunteer who is signed in, says yes to what they were invited to, and does it."""

    def journey(self) -> Steps[None]:
        session, match = self._invitation()
        self.sign_in(session)
        yield from self.get("/me/", "My page</h1>")
        yield from self.get("/help/", "you now</h1>")
        page = yield from self.get(f"/help/{match}/", "Why you")
        page = yield from self._say_yes(page, match, ADDRESS)
        page = yield from self.send(page, r"/in-touch/$", "Thanks for telling us.")
        yield from self.send(page, r"/done/$", "The contact details are put away again.")
        yield from self.get("/messages/", "<h1>")

    def _say_yes(self, page: Page, match: str, shows: str) -> Steps[Page]:
        page = yield from self.send(page, r"/yes/$", shows)
        if ADDRESS in page.html:
            self.receipts.append({"yes": match})
        return page

    def _invitation(self) -> list[str]:
        """Session and match. Raises `StopUser` where all who came have helped."""
        try:
            invitation: list[str] = next(self.rounds["volunteers"])
        except StopIteration:
            raise StopUser from None
        return invitation


class Claimer(Volunteer):
    """Says yes as soon as the page is there, whether or not a place is left."""

    def journey(self) -> Steps[None]:
        session, match = self._invitation()
        self.sign_in(session)
        page = yield from self.get(f"/help/{match}/", "</h1>")
        if f"/help/{match}/yes/" in page.html:  # else all places were taken by then
            yield from self._say_yes(page, match, "</h1>")


class Coordinator(Visitor):
    """A coordinator with a second factor, in the admin."""

    def journey(self) -> Steps[None]:
        self.sign_in(next(self.rounds["coordinators"]))
        yield from self.get("/admin/", "Coordination")
        needs = yield from self.get("/admin/requests_app/need/", ROWS)
        yield from self.get("/admin/requests_app/need/?state__exact=open", ROWS)
        yield from self.get("/admin/requests_app/need/?state__exact=open&p=20", ROWS)
        yield from self.get("/admin/requests_app/need/?q=Area+1", ROWS)
        need = yield from self.get(
            needs.link(r"^/admin/requests_app/need/\d+/change/"), "What is needed"
        )
        yield from self.get("/admin/requests_app/ask/", ROWS)
        yield from self.get("/admin/offers_app/offer/", ROWS)
        yield from self.get("/admin/notify/notification/", ROWS)
        yield from self.send(need, r"^/admin/find/$", "Area 1", q="Area 1")


JOURNEYS = {
    kind.__name__: kind for kind in (Reader, Asker, Returner, Volunteer, Claimer, Coordinator)
}
