from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.translation import gettext_lazy as _


class RecordConfig(AppConfig):
    name = "mutualaid.record"
    verbose_name = _("Our record")

    def ready(self) -> None:
        from mutualaid.record import receivers, triggers  # noqa: F401  they register themselves

        pre_migrate.connect(triggers.TRIGGERS.remove, sender=self)
        post_migrate.connect(triggers.TRIGGERS.install, sender=self)
