from django.urls import path

from mutualaid.partners.addresses import INBOX
from mutualaid.partners.inbox.views import inbox
from mutualaid.partners.pages.well_known import well_known

urlpatterns = [
    path(".well-known/mutualaid", well_known, name="well_known"),
    path(INBOX.lstrip("/"), inbox, name="partners_inbox"),
]
