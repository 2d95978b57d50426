"""May a running block be changed so, and until when must its end be told?

PA23: a light-touch contract may be modified freely (s74(2), as law-firm notes say; that no change notice is due, s75(6)(b),
was verified in the statute). PCR 2015, regulation 72: a clear review clause at any value; additional services or unforeseen
circumstances up to 50% of the original value for each change; up to 10% below the threshold (law-firm notes and the
regulation's outline; unverified in the text). Where the law looks at each change we look at their sum, the stricter reading.
UK11 within 30 days beginning with the day the contract ends: s80, verified.
"""

from dataclasses import dataclass
from datetime import date, timedelta

GROUNDS = {
    "review_clause": ("A clear review clause in the contract", None),
    "additional": ("Additional services that became necessary", 5_000),
    "unforeseen": ("Circumstances nobody could have foreseen", 5_000),
    "small": ("A small change, below the threshold", 1_000),
}
TERMINATION_NOTICE_DAYS = 30


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a change may be made under its regime, in a sentence that says by which rule."""

    is_allowed: bool
    words: str


def change_bp(before_pence: int, after_pence: int, original_pence: int) -> int:
    """By how many basis points of the original value a change raises or lowers what is committed, rounded up."""
    if original_pence <= 0:
        raise ValueError("The original value is more than £0.00.")
    return -(-abs(after_pence - before_pence) * 10_000 // original_pence)


def may_change(regime: str, ground: str, this_bp: int, earlier_bp: int = 0) -> Verdict:
    """Hold a change against its regime: `this_bp` of the original value, `earlier_bp` of all changes before it.

    Raises ValueError for a regime or a ground that is not known.
    """
    if regime == "PA23":
        return Verdict(
            True,
            "PA23, light touch: the contract may be changed freely (s74(2)); the reasons are kept, and no change notice is due (s75(6)(b)).",
        )
    if regime != "PCR2015":
        raise ValueError("The regime is PA23 or PCR2015. Set the terms of the block first.")
    if ground not in GROUNDS:
        raise ValueError("Under PCR 2015 a change needs a ground of regulation 72. Choose one.")
    words, most = GROUNDS[ground]
    together = this_bp + earlier_bp
    if most is None:
        return Verdict(True, f"PCR 2015, regulation 72: {words.lower()}, at any value.")
    size = f"{together / 100:.1f}% of the original value with the changes before it"
    if together <= most:
        return Verdict(True, f"PCR 2015, regulation 72: {words.lower()}; {size}, at most {most // 100}%.")
    return Verdict(
        False,
        f"PCR 2015, regulation 72: {words.lower()} carries at most {most // 100}%, and this comes to {size}."
        " Ask for less, choose another ground, or begin a new procurement.",
    )


def earliest_end(told_on: date, notice_days: int) -> date:
    """The first day on which a block need no longer run: so many whole days after the notice was given."""
    if notice_days < 0:
        raise ValueError("The days of notice are 0 or more.")
    return told_on + timedelta(days=notice_days)


def termination_notice_due(last_day: date) -> date:
    """The last day for UK11: 30 days beginning with the day on which the contract ends, so 29 days after it."""
    return last_day + timedelta(days=TERMINATION_NOTICE_DAYS - 1)
