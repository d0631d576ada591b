from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ImportingConfig(AppConfig):
    name = "mutualaid.importing"
    verbose_name = _("Sheets")

    def ready(self) -> None:
        from mutualaid.importing.kinds import ask_volunteers  # noqa: F401  its message and its buttons
