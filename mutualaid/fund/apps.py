"""Money a group holds in common, written down: who put in, who needs some, who approved it."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.translation import gettext_lazy as _


class FundConfig(AppConfig):
    name = "mutualaid.fund"
    verbose_name = _("Our pot")

    def ready(self) -> None:
        # They register: what can be decided, what the record holds, messages, and what ends with an account.
        from mutualaid.fund import effects, notifications, one_tap, receivers, record, triggers  # noqa: F401
        from mutualaid.fund.rules import is_approver_now
        from mutualaid.people.sign_in.second_factor import also_for

        also_for(is_approver_now)
        pre_migrate.connect(triggers.TRIGGERS.remove, sender=self)
        post_migrate.connect(triggers.TRIGGERS.install, sender=self)
