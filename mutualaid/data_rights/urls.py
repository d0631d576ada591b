from django.urls import path

from mutualaid.data_rights import views

urlpatterns = [
    path("", views.account_data, name="account_data"),
    path("download/", views.account_download, name="account_download"),
    path("erase/", views.account_erase, name="account_erase"),
]
