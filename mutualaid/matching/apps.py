from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.translation import gettext_lazy as _


class MatchingConfig(AppConfig):
    name = "mutualaid.matching"
    verbose_name = _("Matching")

    def ready(self) -> None:
        from mutualaid.matching import letters, receivers, taps, triggers, weekly  # noqa: F401  they register themselves

        pre_migrate.connect(triggers.remove, sender=self)
        post_migrate.connect(triggers.install, sender=self)
