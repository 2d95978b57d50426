"""How large is a risk?

Likelihood and impact from 1 to 5, multiplied: the usual 5 × 5 matrix of public bodies' registers. Where medium and high
begin is a convention that differs between authorities (unverified); nothing else here depends on it.
"""

MEDIUM_FROM, HIGH_FROM = 8, 15


def risk_score(likelihood: int, impact: int) -> int:
    """Likelihood × impact, 1 to 25. Raises ValueError for either outside 1 to 5."""
    if not (1 <= likelihood <= 5 and 1 <= impact <= 5):
        raise ValueError("Likelihood and impact are whole numbers from 1 to 5")
    return likelihood * impact


def risk_band(score: int) -> str:
    """Low below 8, medium from 8, high from 15."""
    if score >= HIGH_FROM:
        return "High"
    return "Medium" if score >= MEDIUM_FROM else "Low"
