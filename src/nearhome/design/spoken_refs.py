"""References that people can say on the telephone: R-7K3M4-2, with a last character that catches a slip."""

import secrets

# Without letters and numbers that look or sound alike (0 O, 1 I L, 2 Z, 5 S, 8 B, U V).
ALPHABET = "34679ACDEFGHJKMNPQRTWXY"


def new_ref(letter: str) -> str:
    """A fresh reference that begins with a letter for its kind. It may be taken already, though hardly ever: the database decides."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(5))
    return f"{letter}-{body}-{check_character(body)}"


def check_character(body: str) -> str:
    """The last character: differs when one character is wrong or two neighbours change places."""
    total = sum(place * ALPHABET.index(letter) for place, letter in enumerate(body, start=1))
    return ALPHABET[total % len(ALPHABET)]
