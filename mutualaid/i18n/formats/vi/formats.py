"""Dates as the Unicode CLDR writes them, which stand within a sentence: Django begins each with a capital."""

DATE_FORMAT = r"j \t\há\n\g n, Y"
DATETIME_FORMAT = r"H:i \n\gà\y j \t\há\n\g n, Y"
YEAR_MONTH_FORMAT = r"\T\há\n\g n \nă\m Y"
"""It begins a line or a sentence wherever it stands."""
MONTH_DAY_FORMAT = r"j \t\há\n\g n"
SHORT_DATE_FORMAT = "d/m/Y"
SHORT_DATETIME_FORMAT = "H:i d/m/Y"
FIRST_DAY_OF_WEEK = 1
