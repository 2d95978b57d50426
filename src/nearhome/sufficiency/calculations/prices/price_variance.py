"""How much of the variance of price is the child's need, the kind of placement, the provider, the authority, or none?

Method: log price with fixed effects of the mix and crossed normal effects of providers and authorities. Their two
standard deviations, as multiples of the residual one, have a flat prior; the restricted likelihood (Patterson and
Thompson 1971) is worked out exactly on a grid of the two, providers eliminated by hand as their part is diagonal.
Draws from the posterior give the variance of the effects that these placements actually had (the finite-population
variance of Gelman 2005), so that few authorities do not make the answer boundless.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nearhome.sufficiency.calculations.prices.price_model import CHILD, PLACEMENT, Mix

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
PARTS = ("need", "placement", "provider", "authority", "left")
FEWEST_ROWS, FEWEST_PROVIDERS, FEWEST_AUTHORITIES = 60, 6, 2
DRAWS = 2000
_POINTS, _WORTH_LOOKING = 31, 12.0


@dataclass(frozen=True, slots=True)
class VarianceShares:
    """Shares of the variance of log price in the order of PARTS (adding to 1), with 95 % limits.

    `authority` holds each authority's effect on log price with the same provider and mix (estimate, low, high);
    `coefficients` belong to the columns of the mix.
    """

    shares: Floats
    low: Floats
    high: Floats
    authority: Floats
    coefficients: Floats


@dataclass(frozen=True, slots=True)
class _Sums:
    """Everything the likelihood needs: cross-products of [1, mix, authorities] and of the same summed by provider.

    `moments` are the covariances of the columns about the child and of those about the placement, 0 elsewhere.
    """

    rows: int
    fixed: int
    cross: Floats
    with_price: Floats
    price: float
    by_provider: Floats
    price_by_provider: Floats
    counts: Floats
    moments: tuple[Floats, Floats]

    @property
    def wide(self) -> int:
        """How many columns there are."""
        return len(self.cross)


def is_enough(rows: int, providers: int, authorities: int) -> bool:
    """Can these placements tell need from provider from authority? Several placements to a provider are needed too."""
    return (
        rows >= max(FEWEST_ROWS, round(1.3 * providers))
        and providers >= FEWEST_PROVIDERS
        and authorities >= FEWEST_AUTHORITIES
    )


def variance_shares(
    log_price: Floats, mix: Mix, provider: Whole, authority: Whole, rng: np.random.Generator
) -> VarianceShares:
    """Shares of the variance of log price; `provider` and `authority` number them from 0. See the module."""
    sums = _sums(log_price - log_price.mean(), mix, provider, authority)
    points, weights = _posterior(sums)
    chosen, times = np.unique(rng.choice(len(points), size=DRAWS, p=weights), return_counts=True)
    drawn = [_draw(sums, points[at], int(often), rng) for at, often in zip(chosen, times, strict=True)]
    columns, parts = (np.concatenate(one) for one in zip(*drawn, strict=True))
    shares = (parts / parts.sum(axis=1, keepdims=True)).T
    count = sums.cross.diagonal()[sums.fixed :]
    effects = columns[:, sums.fixed :] - columns[:, sums.fixed :] @ (count / count.sum())[:, None]
    low, high = np.quantile(shares, [0.025, 0.975], axis=1)
    of_authorities = np.stack([effects.mean(axis=0), *np.quantile(effects, [0.025, 0.975], axis=0)])
    return VarianceShares(shares.mean(axis=1), low, high, of_authorities, columns[:, 1 : sums.fixed].mean(axis=0))


def _sums(price: Floats, mix: Mix, provider: Whole, authority: Whole) -> _Sums:
    design = np.column_stack([np.ones(len(price)), mix.matrix, np.eye(int(authority.max()) + 1)[authority]])
    by_provider = np.zeros((int(provider.max()) + 1, design.shape[1]))
    np.add.at(by_provider, provider, design)
    cross = design.T @ design
    return _Sums(
        rows=len(price),
        fixed=1 + mix.matrix.shape[1],
        cross=cross,
        with_price=design.T @ price,
        price=float(price @ price),
        by_provider=by_provider,
        price_by_provider=np.bincount(provider, price).astype(float),
        counts=np.bincount(provider).astype(float),
        moments=(_moments(cross, mix, CHILD), _moments(cross, mix, PLACEMENT)),
    )


def _moments(cross: Floats, mix: Mix, part: str) -> Floats:
    rows = cross[0, 0]
    belongs = np.zeros(len(cross))
    belongs[1 : 1 + len(mix.parts)] = [one == part for one in mix.parts]
    return np.asarray((cross / rows - np.outer(cross[0], cross[0]) / rows**2) * np.outer(belongs, belongs))


def _posterior(sums: _Sums) -> tuple[Floats, Floats]:
    """Points (authority, provider) of the two standard deviations over the residual one, with their probabilities."""
    coarse = np.concatenate([[0.0], np.geomspace(0.01, 50, 24)])
    seen = np.array([_log_likelihoods(sums, of_provider, coarse) for of_provider in coarse])
    near = np.argwhere(seen > seen.max() - _WORTH_LOOKING)
    low, high = coarse[np.maximum(near.min(axis=0) - 1, 0)], coarse[np.minimum(near.max(axis=0) + 1, len(coarse) - 1)]
    roots = [np.linspace(np.sqrt(a), np.sqrt(b), _POINTS) for a, b in zip(low, high, strict=True)]
    providers, authorities = (np.maximum(root, 1e-4) ** 2 for root in roots)
    logs = np.array([_log_likelihoods(sums, of_provider, authorities) for of_provider in providers])
    weights = np.exp(logs - logs.max()) * np.sqrt(providers)[:, None] * np.sqrt(authorities)[None, :]
    points = np.stack(np.meshgrid(authorities, providers), axis=-1).reshape(-1, 2)
    return points, weights.ravel() / weights.sum()


def _log_likelihoods(sums: _Sums, of_provider: float, of_authorities: Floats) -> Floats:
    """Restricted log likelihood, residual variance integrated out, for one provider and many authority deviations."""
    matrix, side, rest, log_det = _without_providers(sums, of_provider)
    scale = np.ones((len(of_authorities), sums.wide))
    scale[:, sums.fixed :] = of_authorities[:, None]
    equations = matrix * scale[:, :, None] * scale[:, None, :] + _prior(sums)
    sides = side * scale
    solved = np.linalg.solve(equations, sides[:, :, None])[:, :, 0]
    left = np.maximum(rest - np.sum(sides * solved, axis=1), 1e-300)
    size = np.linalg.slogdet(equations)[1]
    return np.asarray(-0.5 * ((sums.rows - sums.fixed) * np.log(left) + size + log_det))


def _without_providers(sums: _Sums, of_provider: float) -> tuple[Floats, Floats, float, float]:
    """Cross-products weighted by the inverse of 1 + providers' variance, that of price, and log determinant."""
    taken = of_provider**2 / (1 + of_provider**2 * sums.counts)
    weighted = sums.by_provider * taken[:, None]
    return (
        sums.cross - sums.by_provider.T @ weighted,
        sums.with_price - weighted.T @ sums.price_by_provider,
        float(sums.price - taken @ sums.price_by_provider**2),
        float(np.sum(np.log1p(of_provider**2 * sums.counts))),
    )


def _prior(sums: _Sums) -> Floats:
    prior = np.zeros(sums.wide)
    prior[sums.fixed :] = 1.0
    return np.diag(prior)


def _draw(sums: _Sums, point: Floats, times: int, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Draws of the coefficients (times × columns) and of the variances (times × PARTS) at one point of the grid."""
    matrix, side, rest, _ = _without_providers(sums, point[1])
    scale = np.ones(sums.wide)
    scale[sums.fixed :] = point[0]
    spread = np.linalg.inv(matrix * np.outer(scale, scale) + _prior(sums))
    centre = spread @ (side * scale)
    left = max(rest - float((side * scale) @ centre), 1e-300)
    residual = left / rng.chisquare(sums.rows - sums.fixed, times)
    loose = rng.standard_normal((times, sums.wide)) @ np.linalg.cholesky(spread).T
    columns = (centre + np.sqrt(residual)[:, None] * loose) * scale
    keep = point[1] ** 2 / (1 + point[1] ** 2 * sums.counts)
    expected = keep * (sums.price_by_provider - columns @ sums.by_provider.T)
    providers = expected + np.sqrt(residual[:, None] * keep) * rng.standard_normal(expected.shape)
    return columns, np.column_stack([
        *(_of_mix(columns, moments, residual, spread) for moments in sums.moments),
        _spread_of(providers, sums.counts),
        _spread_of(columns[:, sums.fixed :], sums.cross.diagonal()[sums.fixed :]),
        residual,
    ])  # fmt: skip


def _of_mix(columns: Floats, moments: Floats, residual: Floats, spread: NDArray[Any]) -> Floats:
    """The variance of one part of the mix, less what mere estimation adds to it (twice: estimate and draw), at least 0."""
    found = np.einsum("di,di->d", columns @ moments, columns)
    return np.asarray(np.maximum(found - 2 * residual * np.sum(moments * spread), 0))


def _spread_of(effects: Floats, counts: Floats) -> Floats:
    """The variance over placements of effects (draws × groups) that so many placements have."""
    share = counts / counts.sum()
    return np.asarray(effects**2 @ share - (effects @ share) ** 2)
