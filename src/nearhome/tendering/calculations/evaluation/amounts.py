"""Money in figures and in words, so that a sum read out at the opening of prices cannot be misheard or misread."""

_UNITS = (
    "nought", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_GROUPS = ("", "thousand", "million", "billion", "trillion")
MOST = 10**15


def number_in_words(number: int) -> str:
    """A whole number from 0 to below 10^15 in British English: 1,205 is one thousand two hundred and five.

    Raises ValueError outside that.
    """
    if not 0 <= number < MOST:
        raise ValueError(f"{number} cannot be written in words; give a whole number from 0 to below {MOST:,}")
    if number < 1000:
        return _below_a_thousand(number)
    parts, rest, place = [], number, 0
    while rest:
        rest, group = divmod(rest, 1000)
        if group and place == 0 and group < 100:
            parts.append(f"and {_below_a_thousand(group)}")
        elif group:
            parts.append(f"{_below_a_thousand(group)} {_GROUPS[place]}".strip())
        place += 1
    return " ".join(reversed(parts))


def _below_a_thousand(number: int) -> str:
    hundreds, rest = divmod(number, 100)
    if not hundreds:
        return _below_a_hundred(rest)
    return f"{_UNITS[hundreds]} hundred" + (f" and {_below_a_hundred(rest)}" if rest else "")


def _below_a_hundred(number: int) -> str:
    if number < len(_UNITS):
        return _UNITS[number]
    tens, unit = divmod(number, 10)
    return _TENS[tens] + (f"-{_UNITS[unit]}" if unit else "")


def pounds_in_words(pence: int) -> str:
    """Pence as pounds and pence in words: 440050 is four thousand four hundred pounds and fifty pence."""
    pounds, odd = divmod(abs(pence), 100)
    said = f"{number_in_words(pounds)} {'pound' if pounds == 1 else 'pounds'}"
    if odd:
        said += f" and {number_in_words(odd)} {'penny' if odd == 1 else 'pence'}"
    return f"minus {said}" if pence < 0 else said
