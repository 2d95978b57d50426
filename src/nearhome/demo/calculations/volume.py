"""More episodes than children really have, for measuring speed alone: short stays with another carer, again and again."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from nearhome.demo.calculations.chains import Episode
from nearhome.demo.calculations.lives import Life

AWAY_DAYS = 14
SETTLES_DAYS = 60


def with_respite(lives: Sequence[Life], since: int, until: int, every: int) -> list[Life]:
    """Every `every` days from the day `since` each foster child spends two weeks with another child's carer.

    The chain rules still hold (every change is a move, P, for the care plan), the shares of stability no longer do.
    """
    elsewhere: Episode | None = None
    busier = []
    for life in lives:
        chain: list[Episode] = []
        for one in life.episodes:
            fits = elsewhere and one.code.startswith("U") and elsewhere.spot.postcode != one.spot.postcode
            chain += _split(one, elsewhere, since, until, every) if elsewhere and fits else [one]
        elsewhere = next((one for one in reversed(life.episodes) if one.code.startswith("U")), elsewhere)
        busier.append(replace(life, episodes=tuple(chain)))
    return busier


def _split(one: Episode, away: Episode, since: int, until: int, every: int) -> Iterator[Episode]:
    end = one.ended or until
    day, reason = max(one.started, since) + SETTLES_DAYS, one.reason
    started = one.started
    while day + AWAY_DAYS + SETTLES_DAYS < end:
        back = day + AWAY_DAYS
        yield _moving_on(replace(one, started=started, reason=reason), day)
        yield _moving_on(replace(away, started=day, reason="P", legal=one.legal), back)
        started, reason, day = back, "P", day + every
    yield replace(one, started=started, reason=reason)


def _moving_on(one: Episode, day: int) -> Episode:
    return replace(one, ended=day, end_reason="X1", change_reason="CARPL")
