from django.urls import path

from mutualaid.partners.pages import by_link

LINK = "need/<str:token>/groups/"
"""Behind the private link of an ask."""

urlpatterns = [
    path(f"{LINK}<uuid:public_id>/", by_link.partner_consent, name="partner_consent"),
]
