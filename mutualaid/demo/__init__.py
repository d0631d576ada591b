"""A made-up neighbourhood, to see the site at work. Only there when DEMO is set."""
