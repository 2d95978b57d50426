"""How a month came to be closed: each move, and each host's part of the close."""

from django.db import models

from nearhome.people.models import Organisation
from nearhome.settlement.models.months import Month
from nearhome.settlement.states import MonthState


class MonthMove(models.Model):
    """State is a row: who moved the month, when and why."""

    month = models.ForeignKey(Month, models.PROTECT, related_name="moves")
    from_state = models.CharField(max_length=8, choices=MonthState)
    to_state = models.CharField(max_length=8, choices=MonthState)
    by_name = models.CharField(max_length=200)
    by_person_id = models.BigIntegerField(null=True)
    at = models.DateTimeField()
    why = models.TextField(blank=True)

    class Meta:
        ordering = ["at", "id"]


class HostClose(models.Model):
    """One host's part of one close, gone over by itself: what it holds, and what changed since it was worked out.

    `asked` is the move with which somebody asked for the close; asked again, every host's part is gone over again.
    What changed since (`late_…`) is not posted in this month but in the next that is open.
    """

    month = models.ForeignKey(Month, models.PROTECT, related_name="host_closes")
    asked = models.ForeignKey(MonthMove, models.PROTECT, related_name="host_closes")
    host = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    lines = models.IntegerField()
    charges_pence = models.BigIntegerField()
    payables_pence = models.BigIntegerField()
    late_lines = models.IntegerField()
    late_pence = models.BigIntegerField()
    done_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["asked", "host"], name="one_part_each_host")]
