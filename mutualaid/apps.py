from django.apps import AppConfig


class MutualAidConfig(AppConfig):
    name = "mutualaid"

    def ready(self) -> None:
        from mutualaid import checks  # noqa: F401  registers them
        from mutualaid.forms.default_errors import use_own_words

        use_own_words()
