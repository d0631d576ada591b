from django.urls import path, register_converter

from requests_app.pages.views import (
    ask,
    ask_overview,
    board,
    claims,
    edit,
    helper,
    own_data,
    recovery,
)
from requests_app.pages.views import need as private


class StepConverter:
    """What a neighbour can do on her private page."""

    regex = "withdraw|arrived|not_arrived|need_more|keep_open|stop_repeating"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(StepConverter, "need_step")

urlpatterns = [
    path("board/", board.board, name="board"),
    path("ask/", ask.start, name="ask"),
    path("ask/forget/", ask.start_over, name="ask_forget"),
    path("ask/<slug:name>/", ask.ask_step, name="ask_step"),
    path("need/find/", recovery.need_find, name="need_find"),
    path("need/lost/", recovery.need_lost, name="need_lost"),
    path("need/lost/sent/", recovery.need_lost_sent, name="need_lost_sent"),
    path("need/<str:token>/", private.need_private, name="need_private"),
    path("need/<str:token>/new-link/", recovery.need_new_link, name="need_new_link"),
    path("need/<str:token>/change/", edit.need_change, name="need_change"),
    path("need/<str:token>/change/<slug:thing>/", edit.need_change_thing, name="need_change_thing"),
    path("need/<str:token>/withdraw/sure/", private.need_withdraw_ask, name="need_withdraw_ask"),
    path(
        "need/<str:token>/not/<uuid:claim>/", helper.need_helper_cancel, name="need_helper_cancel"
    ),
    path("need/<str:token>/data/", own_data.need_data, name="need_data"),
    path("need/<str:token>/data/download/", own_data.need_download, name="need_download"),
    path("need/<str:token>/data/erase/", own_data.need_erase, name="need_erase"),
    path("need/<str:token>/also/<uuid:public_id>/", ask_overview.need_also, name="need_also"),
    path("need/<str:token>/<need_step:step>/", private.need_do, name="need_do"),
    path("claims/<uuid:public_id>/", claims.claim, name="claim"),
    path("claims/<uuid:public_id>/contact/", claims.claim_contact, name="claim_contact"),
    path("claims/<uuid:public_id>/in-touch/", claims.claim_in_touch, name="claim_in_touch"),
    path("claims/<uuid:public_id>/day/", claims.claim_day, name="claim_day"),
    path("claims/<uuid:public_id>/done/", claims.claim_done, name="claim_done"),
    path("claims/<uuid:public_id>/release/", claims.claim_release, name="claim_release"),
]
