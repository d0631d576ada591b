"""Russian dates within a sentence: "27 ноября", and no abbreviation whose dot meets the full stop."""

DATE_FORMAT = "j E Y года"
DATETIME_FORMAT = "j E Y, G:i"
YEAR_MONTH_FORMAT = "F Y"
MONTH_DAY_FORMAT = "j E"
