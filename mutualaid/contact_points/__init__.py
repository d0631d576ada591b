"""Read phones and e-mails out of what people type: one normal form, and one identity, for each.

Every rule about "the same person" (excluded, blocked, asked before, bounced, STOP by text, a lost
link) compares the `identity` of a point and nothing else. Nothing here queries the database; of the
settings only `PHONE_REGION` is read, for numbers without a country.

An identity leaves out what does not tell one person from another:

- A phone is its E.164 number **without** the extension: who is blocked as 608-555-0142 is blocked as
  608-555-0142 ext 11 too. Others behind the same switchboard are caught with them; that is the safer
  mistake.
- An e-mail is compared in small letters (NFKC, casefold) and without its tag: bo+aid@x.example is
  bo@x.example, whoever runs the mail, for anyone can make a tag. gmail.com ignores dots and is
  googlemail.com; of other providers nothing is assumed. What is written to stays as typed.
- What no numbering plan knows is its digits as typed. They equal the same digits only, and never a
  number in E.164: the same last nine digits in another country are another person's.

A number counts once its plan calls its length *possible*. Whether it is *valid* changes with each
release of phonenumbers, and a fingerprint may be all that is kept of it. Valid is asked where nothing
else decides: where one number ends and the next begins, whether a country stands in front without
a plus, and whether an area code is missing. Another `PHONE_REGION` reads numbers without a country
anew, and the fingerprints of those that were typed so far do not follow.
"""

from mutualaid.contact_points.points import MOST_POINTS, ContactPoint, Kind, Parsed
from mutualaid.contact_points.reading import MOST_LETTERS, parse, parse_email, parse_phone

__all__ = [
    "MOST_LETTERS",
    "MOST_POINTS",
    "ContactPoint",
    "Kind",
    "Parsed",
    "parse",
    "parse_email",
    "parse_phone",
]
