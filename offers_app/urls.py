from django.urls import path

from offers_app import views

urlpatterns = [
    path("offer/", views.offer, name="offer"),
    path("offer/limits/", views.offer_limits, name="offer_limits"),
    path("offer/pause/", views.offer_pause, name="offer_pause"),
    path("offer/keep/", views.offer_keep, name="offer_keep"),
    path("offer/stop/", views.offer_stop, name="offer_stop"),
    path("offer/resume/", views.offer_resume, name="offer_resume"),
]
