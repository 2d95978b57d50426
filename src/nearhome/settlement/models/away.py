from typing import cast

from django.db import models
from django.db.models import Q

from nearhome.people.models import Organisation
from nearhome.placements.models import Booking
from nearhome.procurement.models import Framework
from nearhome.settlement.models.rules import Proposal


class AwayTerms(Proposal):
    """What is paid of placements bought singly while their child is away: of a framework, or of one placement alone."""

    framework = models.ForeignKey(Framework, models.PROTECT, null=True, related_name="+")
    booking = models.ForeignKey(Booking, models.PROTECT, null=True, related_name="+")
    authority = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", help_text="Who leads the framework, or whose child it is"
    )
    absences = models.JSONField(default=list, help_text="[kind, nights in full, then basis points, most nights paid]")
    kept_elements = models.JSONField(
        null=True, help_text="Names of the elements that a retainer is paid of; null: of all"
    )

    class Meta(Proposal.Meta):
        constraints = [
            *Proposal.Meta.constraints,
            models.CheckConstraint(
                condition=Q(framework__isnull=True, booking__isnull=False)
                | Q(framework__isnull=False, booking__isnull=True),
                name="away_terms_are_of_one_thing",
            ),
            models.UniqueConstraint(fields=["framework", "version"], name="one_version_of_a_frameworks_away_terms"),
            models.UniqueConstraint(fields=["booking", "version"], name="one_version_of_a_placements_away_terms"),
        ]
        ordering = ["version", "id"]

    @property
    def of(self) -> Framework | Booking:
        """Whose terms they are."""
        return self.framework or cast(Booking, self.booking)
