from django.urls import path

from mutualaid.hours import views

urlpatterns = [
    path("", views.hours, name="hours"),
    path("note/", views.note, name="hours_note"),
    path("help/<uuid:public_id>/", views.help_, name="hours_help"),
    path("<uuid:public_id>/", views.answer, name="hours_answer"),
]
