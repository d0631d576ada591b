from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HealthConfig(AppConfig):
    name = "mutualaid.health"
    verbose_name = _("Health")

    def ready(self) -> None:
        from mutualaid.health import setup_checks  # noqa: F401  they register themselves
