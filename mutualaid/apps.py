from django.apps import AppConfig


class MutualAidConfig(AppConfig):
    name = "mutualaid"

    def ready(self) -> None:
        from mutualaid import checks  # noqa: F401  registers them
