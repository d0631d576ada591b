"""Moments in Arabic: Django has its days alone, and would write the others in the order of English."""

DATETIME_FORMAT = "j F، Y، g:i A"
SHORT_DATETIME_FORMAT = "d‏/m‏/Y، g:i A"
