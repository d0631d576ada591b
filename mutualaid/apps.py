from django.apps import AppConfig


class MutualAidConfig(AppConfig):
    name = "mutualaid"
