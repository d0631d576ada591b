from django.urls import path

from mutualaid.partners.inbox.views import inbox
from mutualaid.partners.pages import by_link
from mutualaid.partners.pages.calls import answer_call, calls
from mutualaid.partners.pages.group_file import group_file
from mutualaid.partners.pages.well_known import well_known
from mutualaid.partners.protocol.addresses import INBOX

LINK = "need/<str:token>/groups/"
"""Behind the private link of an ask."""

urlpatterns = [
    path(".well-known/mutualaid", well_known, name="well_known"),
    path(INBOX.lstrip("/"), inbox, name="partners_inbox"),
    path(f"{LINK}<uuid:public_id>/", by_link.partner_consent, name="partner_consent"),
    path("group.json", group_file, name="group_file"),
    path("calls/", calls, name="calls"),
    path("calls/<uuid:public_id>/", answer_call, name="call_answer"),
]
