"""The pages that change an ask or a need, one thing on each."""
