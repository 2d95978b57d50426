"""By which day must an invoice be paid, and on which days can Bacs bring the money?"""

from collections.abc import Set
from datetime import date, timedelta

from nearhome.calendars.calculations.working_days import add_working_days, is_working_day, subtract_working_days

DAYS_TO_PAY = 30


def pay_by(received_on: date) -> date:
    """The last of 30 days beginning with the day the invoice was received: 1 June → 30 June.

    Source: the implied term of Procurement Act 2023 s68 (PAY-1 in our notes: statute, not checked word for word). That
    the 30 days begin with the day itself is how the Act counts elsewhere (s80, verified), and is the stricter reading.
    """
    return received_on + timedelta(days=DAYS_TO_PAY - 1)


def first_pay_day(today: date, bank_holidays: Set[date]) -> date:
    """The earliest day money can arrive when a file is sent today: two working days on (Bacs takes three, today's first)."""
    return add_working_days(today, 2, bank_holidays)


def processing_day(pay_on: date, bank_holidays: Set[date]) -> date:
    """The day Bacs processes a file so that the money arrives on `pay_on`: the working day before.

    Raises ValueError where `pay_on` is not a working day.
    """
    if not is_working_day(pay_on, bank_holidays):
        raise ValueError("Banks do not pay on a weekend or a bank holiday. Choose a working day.")
    return subtract_working_days(pay_on, 1, bank_holidays)
