from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DecisionsConfig(AppConfig):
    name = "mutualaid.decisions"
    verbose_name = _("Decisions")

    def ready(self) -> None:
        # They register: what can be decided, what the record says of it, messages, and who writes alone.
        from mutualaid.decisions import gate, notifications, record  # noqa: F401
        from mutualaid.decisions.kinds import agreement, partners, points, policy  # noqa: F401
