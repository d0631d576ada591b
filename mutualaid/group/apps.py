from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GroupConfig(AppConfig):
    name = "mutualaid.group"
    verbose_name = _("Our group")

    def ready(self) -> None:
        from mutualaid.forms.typed_text import reserve_name
        from mutualaid.group import checks  # noqa: F401  registers it
        from mutualaid.group.current import group_name

        reserve_name(group_name)
