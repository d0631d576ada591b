"""Trials: what other values of the policy or other points do in a made-up city, before anyone saves them.

`actions` asks for one and plays it, `tasks` does so in the background, `admin` shows what came of it.
"""
