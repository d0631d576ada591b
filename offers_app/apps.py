from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OffersConfig(AppConfig):
    name = "offers_app"
    verbose_name = _("Offers")

    def ready(self) -> None:
        from offers_app import notifications, one_tap, receivers  # noqa: F401  they register themselves
