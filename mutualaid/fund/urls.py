from django.urls import include, path, register_converter

from mutualaid.fund.pages import (
    asking,
    books,
    by_link,
    decide,
    gaps,
    mine,
    overview,
    pots,
    receipt,
    waiting,
)
from mutualaid.fund.pages.steps import STEPS


class StepConverter:
    """What an approver does with an expense."""

    regex = "|".join(STEPS)

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(StepConverter, "pot_step")

LINK = "need/<str:token>/money/"
"""Behind the private link of an ask."""

POT = [
    path("", overview.pot, name="pot"),
    path("people/", overview.pot_people, name="pot_people"),
    path("people/ready/", overview.pot_ready, name="pot_ready"),
    path("entries/", overview.pot_entries, name="pot_entries"),
    path("entries/new/", books.pot_income, name="pot_income"),
    path("entries/<uuid:public_id>/", books.pot_set_right, name="pot_set_right"),
    path("pots/", pots.pot_pots, name="pot_pots"),
    path("pots/<int:pk>/", pots.pot_one, name="pot_one"),
    path("pots/<int:pk>/pledge/", overview.pot_pledge, name="pot_pledge"),
    path("ask/<slug:way>/", asking.pot_ask, name="pot_ask"),
    path("mine/<uuid:public_id>/", mine.pot_expense, name="pot_expense"),
    path("mine/<uuid:public_id>/change/", mine.pot_change, name="pot_change"),
    path("mine/<uuid:public_id>/photo/", mine.pot_photo, name="pot_photo"),
    path("mine/<uuid:public_id>/spent/", mine.pot_spent, name="pot_spent"),
    path("mine/<uuid:public_id>/withdraw/", mine.pot_withdraw, name="pot_withdraw"),
    path("mine/<uuid:public_id>/answer/", mine.pot_answer, name="pot_answer"),
    path("receipt/<uuid:public_id>.jpg", receipt.pot_receipt, name="pot_receipt"),
    path("waiting/", waiting.pot_waiting, name="pot_waiting"),
    path("waiting/again/", gaps.pot_gaps_closed, name="pot_gaps_closed"),
    path("waiting/<uuid:public_id>/", decide.pot_decide, name="pot_decide"),
    path("waiting/<uuid:public_id>/<pot_step:step>/", decide.pot_step, name="pot_step"),
]

urlpatterns = [
    path("pot/", include(POT)),
    path(f"{LINK}ask/", by_link.money_ask, name="money_ask"),
    path(f"{LINK}<uuid:public_id>/", by_link.money_answer, name="money_answer"),
]
