from django.urls import path

from mutualaid.resources import views

urlpatterns = [
    path("", views.resources, name="resources"),
    path("<uuid:public_id>/", views.resource, name="resource"),
    path("<uuid:public_id>/wrong/", views.wrong, name="resource_wrong"),
]
