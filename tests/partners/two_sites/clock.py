"""Let time pass at a site: what its clock looks at is moved back, and the clock itself is let be."""

from datetime import timedelta

from django.apps import apps
from django.db.models import DateTimeField, F

from tests.support.clock import later


def pass_time(**span: float) -> None:
    """Let `span` (arguments of `timedelta`) pass for all that goes between groups; for needs, whole days."""
    passed = timedelta(**span)
    for model in apps.get_app_config("partners").get_models():
        moments = [f.name for f in model._meta.concrete_fields if isinstance(f, DateTimeField)]
        if moments:
            model._base_manager.update(**{name: F(name) - passed for name in moments})
    if passed.days:
        later(days=passed.days)
