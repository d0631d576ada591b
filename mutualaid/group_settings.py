"""How a group works: each number is a setting of the same name in the environment.

Figures to start from are the design's, unless a decision in docs/adr says otherwise.
"""

from datetime import timedelta

from environs import Env

env = Env()

NEEDS_OPEN_AT_ONCE = env.bool("NEEDS_OPEN_AT_ONCE", True)
"""False: a coordinator reads each need before volunteers hear of it."""
WAVE_CHANCES = env.list("WAVE_CHANCES", [0.19, 0.38, 0.72, 0.97], subcast=float)
"""How sure of a yes one wave is: as many are asked. For no hurry, this week, two days, today."""
WAVE_MINUTES = env.list("WAVE_MINUTES", [240, 120, 45, 15], subcast=int)
"""How long those who were asked have before others are asked as well; for the same four."""
USUAL_YES = env.float("USUAL_YES", 0.1)
"""How often somebody who is asked says yes, until a kind of help has taught us better."""
ASKS_A_WEEK = env.int("ASKS_A_WEEK", 5)
"""How often one volunteer is asked in seven days, at most, unless she chose another number."""
ASKS_A_DAY = env.int("ASKS_A_DAY", 2)
"""And in 24 hours; help that is needed today does not count these."""
ASKS_A_WEEK_URGENT = env.int("ASKS_A_WEEK_URGENT", 8)
"""How often in seven days, at most, where help is needed today."""
CONTACT_HOURS = env.int("CONTACT_HOURS", 24)
"""How long a volunteer has to get in touch before she is reminded."""
CONTACT_HOURS_URGENT = env.int("CONTACT_HOURS_URGENT", 2)
"""The same where help is needed today."""
LAPSE_HOURS = env.int("LAPSE_HOURS", 48)
"""How long after the claim a silent one lapses and the need is open again."""
LAPSE_HOURS_URGENT = env.int("LAPSE_HOURS_URGENT", 6)
"""The same where help is needed today."""
PROGRESS_HOURS = env.int("PROGRESS_HOURS", 72)
"""How long after she got in touch a volunteer is asked how it went. With a day agreed: the morning after."""
PROGRESS_HOURS_URGENT = env.int("PROGRESS_HOURS_URGENT", 24)
"""The same where help is needed today."""
PROGRESS_ANSWER_HOURS = env.int("PROGRESS_ANSWER_HOURS", 48)
"""How long she has to answer before coordinators see it; after as long again the need is open again."""
PROGRESS_ANSWER_HOURS_URGENT = env.int("PROGRESS_ANSWER_HOURS_URGENT", 12)
"""The same where help is needed today."""
FOLLOW_UP_DAYS = env.int("FOLLOW_UP_DAYS", 3)
"""How long after it is done a silent neighbour is asked once more whether it arrived."""
SILENCE_DAYS = env.int("SILENCE_DAYS", 7)
"""After how many more days it is closed, as unconfirmed and never as helped."""
CHANGES_TOGETHER_MINUTES = env.int("CHANGES_TOGETHER_MINUTES", 10)
"""How long a volunteer's notice that something changed waits for what else may be changed meanwhile."""
EXPIRY_NOTICE_HOURS = env.int("EXPIRY_NOTICE_HOURS", 24)
"""How long before its end the neighbour is asked whether she still needs it."""
EXPIRY_FIRST_HOURS = env.int("EXPIRY_FIRST_HOURS", 6)
"""How long at least somebody is looked for first, also where help is needed by tonight."""
REPEAT_AHEAD = timedelta(days=env.int("REPEAT_AHEAD_DAYS", 14))
"""How long before its day an occurrence of a repeating need is made, so that somebody can be found."""
RECONFIRM_DAYS = env.int("RECONFIRM_DAYS", 45)
"""After how long a volunteer is asked whether her offer still holds."""
RECONFIRM_ANSWER_DAYS = env.int("RECONFIRM_ANSWER_DAYS", 14)
"""How long she has to answer before her offer takes a break."""
LINK_DAYS_AFTER_END = env.int("LINK_DAYS_AFTER_END", 28)
"""How long a private link still opens after its need was closed."""
LOOKS_A_DAY = env.int("LOOKS_A_DAY", 10)
"""How often one volunteer may open contact details on one day."""
DESK_LOOKS_AN_HOUR = env.int("DESK_LOOKS_AN_HOUR", 30)
"""How often one coordinator may in one hour."""
ERASE_DAYS = env.int("ERASE_DAYS", 28)
"""How long after a need is closed the personal details are erased."""
UNCONFIRMED_DAYS = env.int("UNCONFIRMED_DAYS", 14)
"""How long an account stays whose e-mail address nobody has confirmed."""
ERASE_PREVIEW_DAYS = env.int("ERASE_PREVIEW_DAYS", 7)
"""How long before that coordinators see it."""
RECORD_DAYS = env.int("RECORD_DAYS", 28)
"""How long it is known that a message was sent, and what coordinators changed."""
BLOCK_DAYS = env.int("BLOCK_DAYS", 365)
"""How long an address stays blocked."""
LOOK_AGAIN_HOURS = env.int("LOOK_AGAIN_HOURS", 24)
"""When everybody who fits was asked: after how long we look whether somebody new fits."""
DIGEST_HOUR = env.int("DIGEST_HOUR", 9)
"""At which hour of the day those hear who wish to hear of all in one message."""
DESK_WEEKDAY = env.int("DESK_WEEKDAY", 0)
"""On which day coordinators hear how the desk stands: 0 is Monday, 6 is Sunday."""
DESK_HOUR = env.int("DESK_HOUR", 8)
"""From which hour of that day on."""
ONE_TAP_DAYS = env.int("ONE_TAP_DAYS", 7)
"""How long a link in a message does what it says; and how long a YES by text message counts."""
SHORTLIST_SIZE = env.int("SHORTLIST_SIZE", 20)
"""How many of the best offers not yet asked are kept as matches of a need."""
PRICE_HOURS = env.int("PRICE_HOURS", 24)
"""How long the prices of the last look at all needs together hold."""
