from django.urls import path

from mutualaid.partners.pages.calls import answer_call, calls
from mutualaid.partners.pages.group_file import group_file

urlpatterns = [
    path("group.json", group_file, name="group_file"),
    path("calls/", calls, name="calls"),
    path("calls/<uuid:partner>/<uuid:public_id>/", answer_call, name="call_answer"),
]
