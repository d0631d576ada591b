"""What groups decide about: the policy, points of the matcher, agreements in words, other groups."""
