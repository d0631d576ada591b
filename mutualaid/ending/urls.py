from django.urls import path

from mutualaid.ending import views

urlpatterns = [path("", views.winding_down, name="winding_down")]
