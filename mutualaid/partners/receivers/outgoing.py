"""What a change of a need, an ask or a group does at once to what groups are asked, and the copy of it."""

from collections.abc import Collection
from typing import Any

from django.dispatch import receiver

from mutualaid.partners.actions import following
from mutualaid.partners.exports import referrals_for
from mutualaid.partners.models import Partner
from mutualaid.partners.signals import partner_ended
from mutualaid.retention.signals import rows_ending
from requests_app.models import Ask, Need
from requests_app.signals import (
    ask_changed,
    ask_copied,
    need_changed,
    no_longer_referred,
    partners_refused,
)


@receiver(no_longer_referred)
def on_no_longer_referred(needs: Collection[Need], **_: Any) -> None:
    following.take_back_all_of(needs)


@receiver(need_changed)
def on_need_changed(need: Need, **_: Any) -> None:
    """It may be kept from someone now, or be of a household of which another one says no."""
    following.take_back_if_not_allowed(need)


@receiver(partners_refused)
def on_partners_refused(ask: Ask, **_: Any) -> None:
    following.follow_ask(ask, contact_changed=False)


@receiver(ask_changed)
def on_ask_changed(ask: Ask, fields: Collection[str], **_: Any) -> None:
    following.follow_ask(ask, contact_changed=following.is_told(fields))


@receiver(rows_ending, sender=Need)
def on_needs_ending(pks: Collection[int], **_: Any) -> None:
    following.erase_with(pks)


@receiver(partner_ended)
def on_partner_ended(partner: Partner, **_: Any) -> None:
    following.end_all_with(partner)


@receiver(ask_copied)
def on_ask_copied(ask: Ask, **_: Any) -> dict[str, Any]:
    """Add what groups were asked, and told, for who sent it to their copy of their data."""
    return referrals_for(ask)
