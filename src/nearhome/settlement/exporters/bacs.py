"""A payment run as a Bacs Standard 18 file: direct credits on a single processing day.

Labels are 80 characters, payments and the contra 100; each is a line. Where the layout is from, and what nobody could
check: docs/methods/matching-invoices.md. A bank's software must still accept the file; sort codes and account numbers
are not modulus checked here.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

CREDIT, CONTRA = "99", "17"
TO_BACS = "999999"  # whom a file is for, where others have a service user number
BUFFER = f"F0200000100{'':35}00"  # blocks of 2,000, records of 100, no offset
MOST_PENCE = 10**11 - 1
_NOT_ALLOWED = re.compile(r"[^A-Z0-9.&/ -]")


@dataclass(frozen=True, slots=True)
class Account:
    """A UK bank account: six digits, eight digits, and the name it is held in."""

    sort_code: str
    number: str
    name: str


@dataclass(frozen=True, slots=True)
class Credit:
    """One payment to an account, in pence."""

    to: Account
    pence: int
    reference: str


@dataclass(frozen=True, slots=True)
class BacsRun:
    """Who pays, when, and a serial of six characters that is not used twice on a day."""

    service_user_number: str
    payer: Account
    serial: str
    made_on: date
    processed_on: date


def bacs_file(run: BacsRun, credits: Sequence[Credit]) -> bytes:
    """The whole file in ASCII, lines ended by CR LF; the same run always makes the same bytes.

    Raises ValueError with the mend for an account, a number or an amount that does not fit.
    """
    _require_sound(run, credits)
    total = sum(credit.pence for credit in credits)
    label = f"A{run.service_user_number}S  1{run.service_user_number}{run.serial}00010001{'':6}{_day(run.made_on)}"
    first = f"{label}{_day(run.processed_on)} 000000"
    lines = [
        f"VOL1{run.serial}{'':31}{run.service_user_number}{'':32}1",
        f"HDR1{first}".ljust(80),
        f"HDR2{BUFFER}".ljust(80),
        f"UHL1{_day(run.processed_on)}{TO_BACS:10}{'':0>8}1 DAILY  001".ljust(80),
        *[_record(credit.to, CREDIT, run.payer, credit.pence, credit.reference) for credit in credits],
        _record(run.payer, CONTRA, run.payer, total, "CONTRA"),
        f"EOF1{first}".ljust(80),
        f"EOF2{BUFFER}".ljust(80),
        f"UTL1{total:013}{total:013}{1:07}{len(credits):07}".ljust(80),
    ]
    return ("\r\n".join(lines) + "\r\n").encode("ascii")


def bacs_text(words: str, length: int = 18) -> str:
    """Capitals, digits and . & / - only, cut or filled with blanks to the length; letters lose their accents."""
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().upper()
    return _NOT_ALLOWED.sub(" ", plain)[:length].ljust(length)


def _record(to: Account, code: str, payer: Account, pence: int, reference: str) -> str:
    words = bacs_text(payer.name) + bacs_text(reference) + bacs_text(to.name)
    return f"{to.sort_code}{to.number}0{code}{payer.sort_code}{payer.number}{'':4}{pence:011}{words}"


def _day(day: date) -> str:
    """A blank, two digits of the year, the number of the day in it: 1 February 2027 → " 27032"."""
    return f" {day:%y%j}"


def _require_sound(run: BacsRun, credits: Sequence[Credit]) -> None:
    if not re.fullmatch(r"[0-9]{6}", run.service_user_number):
        raise ValueError("The Bacs service user number is six digits. Enter it with the authority’s own account.")
    if not re.fullmatch(r"[A-Z0-9]{6}", run.serial) or run.serial == "000000":
        raise ValueError("The serial of a Bacs file is six capitals or digits, not all 0.")
    if not credits:
        raise ValueError("There is nothing to pay.")
    for account in (run.payer, *(credit.to for credit in credits)):
        if not (re.fullmatch(r"[0-9]{6}", account.sort_code) and re.fullmatch(r"[0-9]{8}", account.number)):
            raise ValueError(f"The account of {account.name} needs a sort code of 6 digits and a number of 8.")
    for credit in credits:
        if not 0 < credit.pence <= MOST_PENCE:
            raise ValueError(f"A payment to {credit.to.name} must be more than nothing and fit in eleven digits.")
    if sum(credit.pence for credit in credits) > MOST_PENCE:
        raise ValueError("The whole run does not fit in eleven digits of pence. Make two runs.")
