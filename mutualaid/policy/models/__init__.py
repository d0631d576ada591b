from mutualaid.policy.models.policy import Policy, PolicyChange

__all__ = ["Policy", "PolicyChange"]
