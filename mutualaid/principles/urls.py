from django.urls import path

from mutualaid.principles import views

urlpatterns = [path("", views.principles, name="principles")]
