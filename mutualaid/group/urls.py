from django.urls import path

from mutualaid.group import views

urlpatterns = [
    path("<slug:digest>.css", views.stylesheet, name="group_css"),
    path("<slug:digest>/<slug:kind>.png", views.logo, name="group_logo"),
]
