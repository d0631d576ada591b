from django.urls import path

from mutualaid.dashboard import views

urlpatterns = [
    path("me/", views.me, name="me"),
    path("me/asks/<uuid:public_id>/", views.me_ask, name="me_ask"),
    path("me/calendar/", views.me_calendar, name="me_calendar"),
    path("me/calendar/stop/", views.me_calendar_stop, name="me_calendar_stop"),
    path("me/route/", views.me_route, name="me_route"),
    path("me/vouch/", views.me_vouch, name="vouch"),
    path("calendar/<str:token>.ics", views.calendar, name="calendar"),
]
