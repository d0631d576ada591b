"""The channels on which a message can go out."""

from mutualaid.notify.channels.base import Channel
from mutualaid.notify.channels.call import Call
from mutualaid.notify.channels.mail import Mail
from mutualaid.notify.channels.push import Push
from mutualaid.notify.channels.sms import Sms
from mutualaid.notify.channels.team_chat import TeamChat

CHANNELS: dict[str, Channel] = {
    channel.name: channel for channel in (Mail(), Sms(), Push(), Call(), TeamChat())
}
CHOSEN = (Push.name, Sms.name, Mail.name)
"""Those that a person can choose, in the order in which they are tried unless they want one first.

Whoever ticked a device or texts beside e-mail sees those sooner. Assumed, not measured. The call list is for
whom none is left, the team chat for coordinators.
"""
