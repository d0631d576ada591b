from django.apps import AppConfig


class MutualAidConfig(AppConfig):
    name = "mutualaid"

    def ready(self) -> None:
        from django.db.backends.signals import connection_created

        from mutualaid import checks  # noqa: F401  registers them
        from mutualaid.forms.default_errors import use_own_words
        from mutualaid.statements.prepared import plan_once

        use_own_words()
        connection_created.connect(plan_once)
