"""Which values are being decided about: no two open proposals are about the same one."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from mutualaid.decisions.models.decision import Decision
from mutualaid.decisions.models.rule_of_two import RuleOfTwo


class Subject(models.Model):
    """One value that an open proposal would change, or that two coordinators have set for some days.

    The rows go when it is decided, or the rule of two has ended. A value may have one of each: a decision ends
    the rule of two.
    """

    value = models.CharField(max_length=80)
    decision = models.ForeignKey(
        Decision, null=True, on_delete=models.CASCADE, related_name="subjects"
    )
    rule_of_two = models.ForeignKey(
        RuleOfTwo, null=True, on_delete=models.CASCADE, related_name="subjects"
    )

    class Meta:
        verbose_name = _("what is being decided")
        verbose_name_plural = _("what is being decided")
        default_permissions: ClassVar = ()
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["value"],
                condition=Q(decision__isnull=False),
                name="subject_value_decision_uniq",
                violation_error_message=_("There is an open proposal about this already."),
            ),
            models.UniqueConstraint(
                fields=["value"],
                condition=Q(rule_of_two__isnull=False),
                name="subject_value_rule_of_two_uniq",
                violation_error_message=_("Two coordinators have set this already."),
            ),
            models.CheckConstraint(
                condition=Q(decision=None, rule_of_two__isnull=False)
                | Q(decision__isnull=False, rule_of_two=None),
                name="subject_decision_rule_of_two_check",
                violation_error_message=_("It is about a proposal or about a rule of two."),
            ),
        ]

    def __str__(self) -> str:
        return f"subject {self.pk}"
