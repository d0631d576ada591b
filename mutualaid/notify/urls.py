from django.urls import path

from mutualaid.notify.views import devices, links, preferences, texts

urlpatterns = [
    path("messages/", preferences.preferences, name="preferences"),
    path("messages/phone/", preferences.phone, name="preferences_phone"),
    path("messages/phone/code/", preferences.phone_code, name="preferences_phone_code"),
    path("messages/devices/", devices.devices, name="preferences_devices"),
    path("m/<str:token>/", links.one_tap, name="notify_one_tap"),
    path("m/off/<str:token>/", links.unsubscribe_page, name="notify_unsubscribe"),
    path("texts/", texts.texts, name="notify_texts"),
]
