"""What every group can decide about: its policy, the points of the matcher, agreements in words, other groups."""
