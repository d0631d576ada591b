"""Coordinators see what is listed, take one off with a reason, and hear of a loan that needs their help."""

import pytest

from mutualaid.lending import actions
from mutualaid.lending.models import Loan, Thing
from mutualaid.notify.models import Notification
from mutualaid.notify.registry import compose
from tests.support import lending

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


@pytest.fixture(autouse=True)
def _on() -> None:
    lending.on()


def page(browser, path: str) -> str:
    answer = browser.get(path)
    assert answer.status_code == 200, path
    return str(answer.content.decode())


def test_the_list_says_what_and_where_and_not_whose(sam, carlas):
    lending.thing(sam, title="Ladder")
    shown = page(carlas, "/admin/lending/thing/")
    assert "Ladder" in shown
    assert "Sam" not in shown
    assert "Sam" in page(carlas, f"/admin/lending/thing/{Thing.objects.get().pk}/change/")


def test_one_is_taken_off_with_a_reason_that_its_owner_reads(sam, carlas):
    thing = lending.thing(sam, title="Old heater")
    path = f"/admin/lending/thing/{thing.pk}/withdraw/"
    assert "Choose one of the reasons" in carlas.post(path, {}).content.decode()
    assert carlas.post(path, {"reason": "unsafe"}).status_code == 302
    thing.refresh_from_db()
    assert (thing.state, thing.withdrawn_because) == ("withdrawn", "unsafe")
    assert Notification.objects.get(kind="thing_withdrawn").recipient == sam
    assert compose("thing_withdrawn", thing.pk).context["reason"]() == "It may not be safe."
    assert "changed in the meantime" in carlas.post(path, {"reason": "twice"}).content.decode()


def test_a_loan_with_which_help_is_asked_for_stands_on_the_board_until_it_is_settled(sam, carlas):
    loan = lending.due_in(lending.lent(sam), -1)
    words = "loan with which someone wants your help"
    actions.ask_for_help(loan, by=sam)
    assert words in page(carlas, "/admin/")
    assert "Ladder" in page(carlas, "/admin/lending/thing/?loans=help")
    carlas.post(f"/admin/lending/thing/{loan.thing.pk}/helped/", {})
    assert not Loan.objects.help_asked().exists()
    assert "Ladder" not in page(carlas, "/admin/lending/thing/?loans=help")
    assert "Ladder" in page(carlas, "/admin/lending/thing/?loans=out")


def test_no_one_else_gets_there_and_no_one_while_it_is_off(sam, mallory, signed_in, carlas):
    thing = lending.thing(sam)
    paths = [
        "/admin/lending/thing/",
        *(f"/admin/lending/thing/{thing.pk}/{name}/" for name in ("change", "history", "withdraw")),
    ]
    for path in paths:
        assert signed_in(mallory).get(path).status_code == 302
        assert carlas.get(path).status_code == 200
    lending.off()
    for path in paths:
        assert carlas.get(path).status_code == 403
    assert "/lending/" not in page(carlas, "/admin/")
