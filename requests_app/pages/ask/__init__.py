"""Asking for help, one thing on a page: no account, no e-mail, no JavaScript."""
