"""The pages that ask for help, one thing on each: without account, e-mail or JavaScript."""
