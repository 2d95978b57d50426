"""A sum of money in words, and back again: what a decision says in figures and in words must be the same sum.

The British way of writing numbers out: groups of three with commas, "and" before the last tens and ones. Decision
21/00094 prints a ten-year figure that does not follow from its own yearly one; a sum in words shows such a slip at once.
"""

MOST_PENCE = 10**17 - 1
MINUS = "\N{MINUS SIGN}"
_ONES = [
    "nought",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS = ["nought", "ten", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_SCALES = ("", "thousand", "million", "billion", "trillion")
_WORTH = {word: number for number, word in enumerate(_ONES)}
_WORTH |= {word: 10 * number for number, word in enumerate(_TENS) if number > 1}
_TIMES = {word: 1000**power for power, word in enumerate(_SCALES) if word}


def pounds_in_words(pence: int) -> str:
    """3_564_000_000 pence → "thirty-five million, six hundred and forty thousand pounds".

    Whole pounds say nothing of pence. Raises ValueError for more than 999 trillion pounds either way.
    """
    if abs(pence) > MOST_PENCE:
        raise ValueError("A sum of a thousand trillion pounds or more is not written in words: check the figure")
    pounds, odd = divmod(abs(pence), 100)
    parts = []
    if pounds or not odd:
        parts.append(f"{number_in_words(pounds)} {'pound' if pounds == 1 else 'pounds'}")
    if odd:
        parts.append(f"{number_in_words(odd)} {'penny' if odd == 1 else 'pence'}")
    return ("minus " if pence < 0 else "") + " and ".join(parts)


def pounds_in_figures(pence: int) -> str:
    """123_456 pence → "£1,234.56"; below nought with a minus sign."""
    pounds, odd = divmod(abs(pence), 100)
    return f"{MINUS if pence < 0 else ''}£{pounds:,}.{odd:02d}"


def number_in_words(number: int) -> str:
    """1_001_234 → "one million, one thousand, two hundred and thirty-four". `number` is nought or more."""
    if number < 0:
        raise ValueError(f"A number in words is nought or more, not {number}")
    groups = []
    for scale in _SCALES:
        number, group = divmod(number, 1000)
        if group:
            groups.append((group, scale))
    if number:
        raise ValueError("A number of a thousand trillion or more is not written in words")
    if not groups:
        return _ONES[0]
    written = [f"{_below_a_thousand(group)} {scale}".strip() for group, scale in reversed(groups)]
    last, last_scale = groups[0]
    joins_with_and = len(written) > 1 and not last_scale and last < 100
    return f"{', '.join(written[:-1])} and {written[-1]}" if joins_with_and else ", ".join(written)


def pence_from_words(words: str) -> int:
    """The sum that words say, in pence. Raises ValueError naming the word that is no part of a sum."""
    pence = group = total = 0
    seen_unit = False
    spoken = words.lower().replace(",", " ").replace("-", " ").split()
    sign = -1 if spoken[:1] == ["minus"] else 1
    for word in spoken[1:] if sign < 0 else spoken:
        if word in _WORTH:
            group += _WORTH[word]
        elif word == "hundred":
            group *= 100
        elif word in _TIMES:
            total, group = total + group * _TIMES[word], 0
        elif word in ("pound", "pounds", "penny", "pence"):
            pence += (total + group) * (100 if word.startswith("pound") else 1)
            total, group, seen_unit = 0, 0, True
        elif word != "and":
            raise ValueError(f"“{word}” is no part of a sum in words")
    if not seen_unit or total or group:
        raise ValueError("A sum in words ends with pounds or pence")
    return sign * pence


def _below_a_thousand(number: int) -> str:
    hundreds, rest = divmod(number, 100)
    parts = [f"{_ONES[hundreds]} hundred"] if hundreds else []
    if rest:
        tens, ones = divmod(rest, 10)
        small = _ONES[rest] if rest < 20 else _TENS[tens] + (f"-{_ONES[ones]}" if ones else "")
        parts.append(small)
    return " and ".join(parts)
