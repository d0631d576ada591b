from django.urls import path, register_converter

from requests_app.pages.views import add, ask, board, claims, edit, own_data, recovery
from requests_app.pages.views import need as private


class StepConverter:
    """What a neighbour can do about one need on the private page."""

    regex = "|".join(private.STEPS)

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(StepConverter, "need_step")

LINK, NEED = "need/<str:token>/", "need/<str:token>/<uuid:need>/"
"""Behind the private link: the pages of the ask, and those of one of its needs."""

urlpatterns = [
    path("board/", board.board, name="board"),
    path("board/text/", board.board_text, name="board_text"),
    path("ask/", ask.start, name="ask"),
    path("ask/forget/", ask.start_over, name="ask_forget"),
    path("ask/leave-out/<int:thing>/", ask.leave_out, name="ask_leave_out"),
    path("ask/<slug:name>/", ask.ask_step, name="ask_step"),
    path("need/find/", recovery.need_find, name="need_find"),
    path("need/lost/", recovery.need_lost, name="need_lost"),
    path("need/lost/sent/", recovery.need_lost_sent, name="need_lost_sent"),
    path(LINK, private.ask_private, name="ask_private"),
    path(f"{LINK}new-link/", recovery.need_new_link, name="need_new_link"),
    path(f"{LINK}send/", private.ask_send_link, name="ask_send_link"),
    path(f"{LINK}add/", add.ask_add, name="ask_add"),
    path(f"{LINK}change/", edit.ask_change, name="ask_change"),
    path(f"{LINK}change/<slug:thing>/", edit.ask_change_thing, name="ask_change_thing"),
    path(f"{LINK}not/<uuid:claim>/", private.need_helper_cancel, name="need_helper_cancel"),
    path(f"{LINK}data/", own_data.need_data, name="need_data"),
    path(f"{LINK}data/download/", own_data.need_download, name="need_download"),
    path(f"{LINK}data/erase/", own_data.need_erase, name="need_erase"),
    path(f"{NEED}change/", edit.need_change, name="need_change"),
    path(f"{NEED}change/<slug:thing>/", edit.need_change_thing, name="need_change_thing"),
    path(f"{NEED}withdraw/sure/", private.need_withdraw_ask, name="need_withdraw_ask"),
    path(f"{NEED}stop/", private.need_stop_ask, name="need_stop_ask"),
    path(f"{NEED}<need_step:step>/", private.need_do, name="need_do"),
    path("claims/<uuid:public_id>/", claims.claim, name="claim"),
    path("claims/<uuid:public_id>/contact/", claims.claim_contact, name="claim_contact"),
    path("claims/<uuid:public_id>/in-touch/", claims.claim_in_touch, name="claim_in_touch"),
    path("claims/<uuid:public_id>/day/", claims.claim_day, name="claim_day"),
    path("claims/<uuid:public_id>/done/", claims.claim_done, name="claim_done"),
    path("claims/<uuid:public_id>/release/", claims.claim_release, name="claim_release"),
]
