"""By when is a dispute answered, and when is a provider paid?"""

from collections.abc import Set
from datetime import date, timedelta

from nearhome.calendars.calculations.working_days import add_working_days

ANSWER_WORKING_DAYS = 10
PAYMENT_TERM_DAYS = 30


def answer_by(asked_on: date, bank_holidays: Set[date]) -> date:
    """The day by which the other side answers: ten working days, the day it was asked not counted.

    Standing: Nearhome's own working term, not law. A partnership agreement may say otherwise; nothing happens by itself
    when the day passes, the dispute is only shown as late.
    """
    return add_working_days(asked_on, ANSWER_WORKING_DAYS, bank_holidays)


def expected_payment_by(final_on: date) -> date:
    """The last day of the 30-day payment term, counted from the day on which the amount became final, that day included.

    Standing: 30 days are the implied term of section 68 of the Procurement Act 2023 (statute). That they are counted
    from the close of the month, and not from the day a valid invoice arrived, is Nearhome's own stand-in.
    """
    return final_on + timedelta(days=PAYMENT_TERM_DAYS - 1)
