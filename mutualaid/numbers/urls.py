from django.urls import path

from mutualaid.numbers import views

urlpatterns = [
    path("", views.numbers, name="numbers"),
    path("numbers.csv", views.numbers_csv, name="numbers_csv"),
    path("money.csv", views.money_csv, name="money_csv"),
    path("numbers.json", views.numbers_json, name="numbers_json"),
]
