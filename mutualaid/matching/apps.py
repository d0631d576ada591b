from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MatchingConfig(AppConfig):
    name = "mutualaid.matching"
    verbose_name = _("Matching")

    def ready(self) -> None:
        from mutualaid.matching import letters, receivers, taps  # noqa: F401  they register themselves
