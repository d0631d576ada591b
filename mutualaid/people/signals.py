"""Signals about people, sent inside the transaction of the action, for the apps above this one.

A receiver may return a sentence about what it ended; the coordinator who decided is shown it.
"""

from django.dispatch import Signal

person_deactivated = Signal()
"""A person was switched off: end all that they were to do. Sent with `user` and `by`."""

contact_points_blocked = Signal()
"""These contact points were blocked, before any account is locked. Sent with `fingerprints` and `by`."""

person_blocked = Signal()
"""A contact point of this person is blocked: end what they are doing.

Sent with `user` and `by`, the coordinator who blocked it, or None where the account got it afterwards.
"""

standing_changed = Signal()
"""`User.vetted` was changed: the group knows this person now, or no longer does.

Sent with `user`, as they are now, and `by`.
"""

decision_changed = Signal()
"""A decision of two people was proposed, agreed or ended. Sent with `decision` and `by`."""

ways_to_sign_in_changed = Signal()
"""A second factor of this person was added, made anew or removed: they are told. Sent with `user`."""

person_introduced = Signal()
"""A coordinator or a member introduced this person: their offer waits no longer. Sent with `user`."""

second_factor_guessed = Signal()
"""Someone who passed the first factor of this person fails at the second: they are told. Sent with `user`."""
