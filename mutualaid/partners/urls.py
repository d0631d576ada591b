from django.urls import path

from mutualaid.partners.addresses import INBOX
from mutualaid.partners.inbox.views import inbox
from mutualaid.partners.pages import by_link
from mutualaid.partners.pages.well_known import well_known

LINK = "need/<str:token>/groups/"
"""Behind the private link of an ask."""

urlpatterns = [
    path(".well-known/mutualaid", well_known, name="well_known"),
    path(INBOX.lstrip("/"), inbox, name="partners_inbox"),
    path(f"{LINK}<uuid:public_id>/", by_link.partner_consent, name="partner_consent"),
]
