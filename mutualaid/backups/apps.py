from celery.signals import beat_init, worker_init
from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.translation import gettext_lazy as _


class BackupsConfig(AppConfig):
    name = "mutualaid.backups"
    verbose_name = _("Backups")

    def ready(self) -> None:
        from mutualaid.backups import checks, identity  # noqa: F401  the checks register themselves

        pre_migrate.connect(identity.check_before_migrating, sender=self)
        post_migrate.connect(identity.keep_after_migrating, sender=self)
        worker_init.connect(identity.refuse_to_start)
        beat_init.connect(identity.refuse_to_start)
