"""What the columns and words of a sheet mean: what is proposed, and what a coordinator said."""
