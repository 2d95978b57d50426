"""What made-up homes say of life there. Thrown by the home's own reference, so that no other draw is disturbed."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

COLUMNS = ["skill_degrees", "languages", "faiths", "cultures", "newcomers_over", "newcomers_under"]
# Ours: how providers judge their own skills is not published. The last share says nothing.
_DEGREES = (("trained", 0.35), ("experienced", 0.30), ("specialist", 0.15))
_LANGUAGES = ("polish", "romanian", "panjabi", "urdu", "arabic", "french", "portuguese", "british_sign_language")
_FAITHS = ("christian", "muslim", "hindu", "sikh", "jewish", "buddhist")
_CULTURES = ("caribbean", "african", "pakistani", "indian", "bangladeshi", "eastern_european", "gypsy_or_traveller")
_SAYS_LANGUAGES, _SAYS_FAITHS, _SAYS_CULTURES, _HAS_AGES = 0.6, 0.4, 0.3, 0.04
_OLDER_THAN, _YOUNGER_THAN = 8, 16


@dataclass(frozen=True, slots=True)
class _Dice:
    home: str

    def share(self, what: str) -> float:
        """A number from 0 to 1, always the same for this home and this question."""
        return int.from_bytes(sha256(f"{self.home} {what}".encode()).digest()[:6], "big") / 2**48


def living_there(home: str, skills: Sequence[str], *, is_lived_in: bool) -> list[str]:
    """The cells of COLUMNS for one home, known by its registration and reference."""
    dice = _Dice(home)
    degrees = ((skill, _degree(dice.share(f"degree {skill}"))) for skill in skills)
    speaks = dice.share("says languages") < _SAYS_LANGUAGES
    ages = dice.share("ages") if is_lived_in else 1.0
    return [
        ";".join(f"{skill}:{degree}" for skill, degree in degrees if degree),
        ";".join(sorted({"english", *_some(dice, "language", _LANGUAGES, 0.08)})) if speaks else "",
        ";".join(_some(dice, "faith", _FAITHS, 0.3)) if dice.share("says faiths") < _SAYS_FAITHS else "",
        ";".join(_some(dice, "culture", _CULTURES, 0.25)) if dice.share("says cultures") < _SAYS_CULTURES else "",
        str(_OLDER_THAN) if ages < _HAS_AGES / 2 else "",
        str(_YOUNGER_THAN) if _HAS_AGES / 2 <= ages < _HAS_AGES else "",
    ]


def _degree(thrown: float) -> str:
    upto = 0.0
    for degree, share in _DEGREES:
        upto += share
        if thrown < upto:
            return degree
    return ""


def _some(dice: _Dice, what: str, known: Sequence[str], share: float) -> list[str]:
    return sorted(one for one in known if dice.share(f"{what} {one}") < share)
