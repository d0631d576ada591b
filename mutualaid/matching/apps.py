from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.translation import gettext_lazy as _


class MatchingConfig(AppConfig):
    name = "mutualaid.matching"
    verbose_name = _("Matching")

    def ready(self) -> None:
        from mutualaid.matching import one_tap, receivers  # noqa: F401  they register themselves
        from mutualaid.matching.notifications import volunteers, weekly_digest  # noqa: F401
        from mutualaid.matching.search import triggers

        pre_migrate.connect(triggers.TRIGGERS.remove, sender=self)
        post_migrate.connect(triggers.TRIGGERS.install, sender=self)
