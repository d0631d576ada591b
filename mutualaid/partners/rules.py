"""What may be asked of partners, and whom they are shown to."""

from django.db.models import Exists, OuterRef, Q

from mutualaid.encryption.fields import readable_texts
from mutualaid.encryption.fingerprints import veil
from mutualaid.partners.models import IncomingReferral, OutgoingReferral, Partner
from mutualaid.partners.states import OutgoingState, PartnerState, TakenBack
from mutualaid.people.models import AccountContactPoint, BlockedContactPoint
from mutualaid.policy.current import current_policy
from requests_app.access.exclusions import household_of
from requests_app.models import Ask, AskContact, AskContactPoint, Claim, Exclusion, Need
from requests_app.models.need import NeedQuerySet
from requests_app.states import NeedState

FROM_A_PARTNER = "partner:"
"""How the `source` of an ask begins that a partner passed on; it stays when all else is erased."""


def has_partners() -> bool:
    """Whether the group works with other groups at all."""
    return current_policy().has_partners


def has_live_partner() -> bool:
    """Whether there is a group that can be asked about a need now."""
    return Partner.objects.live().exists()


def is_live(partner: Partner) -> bool:
    """Whether we exchange needs with this partner now."""
    return has_partners() and partner.state == PartnerState.LIVE


def source_of(partner: Partner) -> str:
    """Return the `source` of asks that this partner passes on."""
    return f"{FROM_A_PARTNER}{partner.public_id.hex}"


def may_be_asked(need: Need) -> bool:
    """Whether a partner may be asked about it now: it is open, no one has said yes, and it may go out."""
    return askable().filter(pk=need.pk).exists() and not has_words_on_whom_to_keep_it_from(need.ask)


def may_be_asked_next(need: Need) -> bool:
    """Whether another partner may be asked: as the first one, or of what one that does not help was asked."""
    if need.state != NeedState.REFERRED:
        return may_be_asked(need)
    is_asked = OutgoingReferral.objects.live().filter(need=need).exists()
    return not is_asked and may_stay_asked(need)


def may_stay_asked(need: Need) -> bool:
    """Whether what a partner was asked about may still go out."""
    rows = may_go_out(Need.objects.filter(pk=need.pk))
    return rows.exists() and not has_words_on_whom_to_keep_it_from(need.ask)


def may_be_told(need: Need, partner: Partner) -> bool:
    """Whether a partner that said yes may learn whose need it is, if the neighbour agrees."""
    return need.state == NeedState.REFERRED and is_live(partner) and may_stay_asked(need)


def askable() -> NeedQuerySet:
    """Needs of which partners may be asked, but for words on who must not find out: no query reads those."""
    has_live_claim = Exists(Claim.objects.live().filter(need=OuterRef("pk")))
    return may_go_out(Need.objects.open()).filter(~has_live_claim, held_back="")


def may_go_out(needs: NeedQuerySet) -> NeedQuerySet:
    """Return those of `needs` that are nothing sensitive and whose whole household may be asked for.

    That is where each of its asks has the neighbour's tick, is kept from no one, is of no one who is
    blocked, and came from no partner: what was put together with an ask is bound by what that one promises.
    """
    blocked = BlockedContactPoint.objects.values("fingerprint")
    points = AskContactPoint.objects.filter(ask=OuterRef("pk"), fingerprint__in=blocked)
    of_account = AccountContactPoint.objects.filter(
        user=OuterRef("account"), fingerprint__in=blocked
    )
    of_household = Q(pk=OuterRef("ask")) | Q(merged_into=OuterRef("ask"))
    bars = (
        Q(may_ask_partners=False)
        | Q(veiled=True)
        | Q(erased_at__isnull=False)
        | Q(Exists(points))
        | Q(Exists(of_account))
        | Q(Exists(Exclusion.objects.filter(ask=OuterRef("pk"))))
        | Q(source__startswith=FROM_A_PARTNER)
        | Q(Exists(IncomingReferral.objects.filter(ask=OuterRef("pk"))))
    )
    barred = Exists(Ask.objects.filter(of_household & bars))
    return needs.filter(~barred, category__sensitive=False, erased_at=None)


def partners_to_ask(need: Need) -> list[Partner]:
    """Return whom to ask about a need, in its order: live, not asked yet, and not refused by the neighbour.

    The order is another one for each need and stays as it is, so that no group always comes first. A
    group that the neighbour did not want for one need is not asked about another one of theirs.
    """
    refused = Q(state=OutgoingState.NOT_WANTED) | Q(
        state=OutgoingState.WITHDRAWN, reason=TakenBack.NEIGHBOUR
    )
    unfit = OutgoingReferral.objects.filter(Q(need=need) | refused & Q(need__ask=need.ask_id))
    partners = Partner.objects.live().exclude(pk__in=unfit.values("partner"))
    return sorted(partners, key=lambda partner: veil(f"{need.public_id} {partner.public_id}"))


def has_words_on_whom_to_keep_it_from(ask: Ask) -> bool:
    """Whether one of the household wrote who must not find out, or no key opens what they wrote."""
    contacts = AskContact.objects.filter(ask__in=household_of(ask))
    texts = readable_texts(contacts, "keep_from")
    return any(texts.values()) or len(texts) < contacts.count()
