"""The pages on which someone says what they can give, one thing on each, and changes it later."""
