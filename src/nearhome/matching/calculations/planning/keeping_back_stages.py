"""Both stages together: today's options, and what is left for later after a choice of them."""

import numpy as np

from nearhome.matching.calculations.planning.instance import Floats, Instance, Ints
from nearhome.matching.calculations.planning.keeping_back_later import LaterBeds

TOWARDS_TODAY = 1e-6  # of the greatest worth, for each child placed today: decides ties for a child who is here


class Stages:
    """Today's instance and the later beds. Options of today carry a hair more than their worth, to decide ties."""

    def __init__(self, instance: Instance, later: LaterBeds) -> None:
        self.instance, self.later = instance, later
        self.places = instance.capacity.astype(np.float64)
        children = np.array([len(members) for members in instance.members])[instance.unit_of]
        largest = max(float(np.abs(instance.worth).max(initial=0.0)), later.largest)
        self.worth: Floats = instance.worth + TOWARDS_TODAY * largest * children
        self.option_of_use = instance.option_of_use()

    def taken_by(self, chosen: Ints) -> Floats:
        """Places taken in each bed by the options chosen. Shape [B]."""
        options = chosen[chosen >= 0]
        uses = np.isin(self.option_of_use, options)
        takes = self.instance.use_takes[uses]
        return np.bincount(self.instance.use_bed[uses], weights=takes, minlength=len(self.places)).astype(np.float64)

    def left_after(self, chosen: Ints) -> Floats:
        """Places left in each bed. Shape [B]."""
        return self.places - self.taken_by(chosen)

    def taken_in_part(self, columns: Floats) -> Floats:
        """Places taken in each bed when options are taken in part. Shape of `columns` [N], of the answer [B]."""
        weights = columns[self.option_of_use] * self.instance.use_takes
        return np.bincount(self.instance.use_bed, weights=weights, minlength=len(self.places)).astype(np.float64)

    def priced(self, prices: Floats) -> Floats:
        """What each option takes, at these prices of a place in each bed. Shape [N]."""
        instance = self.instance
        taken = np.bincount(
            self.option_of_use, weights=prices[instance.use_bed] * instance.use_takes, minlength=len(instance.worth)
        )
        return taken.astype(np.float64)

    def today_worth(self, chosen: Ints) -> float:
        """What today's options chosen add up to, without anything for ties."""
        return float(self.instance.worth[chosen[chosen >= 0]].sum())

    def inclined_worth(self, chosen: Ints) -> float:
        """The same, with the hair that decides ties."""
        return float(self.worth[chosen[chosen >= 0]].sum())
