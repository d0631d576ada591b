"""Who gets to a page about neighbouring groups."""

from mutualaid.http import found_while
from mutualaid.partners.rules import has_partners

while_there_are_partners = found_while(has_partners)
"""Decorate a page: it is a 404 while the group does without neighbouring groups."""
