from django.urls import path

from offers_app.pages import views

urlpatterns = [
    path("offer/", views.offer, name="offer"),
    path("offer/forget/", views.offer_forget, name="offer_forget"),
    path("offer/again/", views.offer_again, name="offer_again"),
    path("offer/pause/", views.offer_pause, name="offer_pause"),
    path("offer/keep/", views.offer_keep, name="offer_keep"),
    path("offer/stop/", views.offer_stop, name="offer_stop"),
    path("offer/resume/", views.offer_resume, name="offer_resume"),
    path("offer/change/<slug:name>/", views.offer_change, name="offer_change"),
    path("offer/<slug:name>/", views.offer_step, name="offer_step"),
]
