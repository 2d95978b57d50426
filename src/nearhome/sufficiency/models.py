import uuid

from django.db import models

from nearhome.people.models import Organisation


class KeptAnalysis(models.Model):
    """An analysis as it was worked out: what went in, with which version and seed, and every figure it came to.

    What went in is sealed and never changes, so that the same figures can be worked out again years later.
    """

    class Kind(models.TextChoices):
        PICTURE = "picture", "Need"
        FORECAST = "forecast", "Forecast"
        BENCHMARK = "benchmark", "Prices compared"
        FAIRNESS = "fairness", "Fairness"

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    authority = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind)
    title = models.CharField(max_length=200)
    asked = models.JSONField(help_text="What was asked for: the date, the window, months, seed, scenarios")
    inputs = models.BinaryField(help_text="Sealed: the records as they stood")
    inputs_digest = models.CharField(max_length=64)
    version = models.CharField(max_length=20, help_text="Of the software that worked it out")
    result = models.JSONField()
    result_digest = models.CharField(max_length=64)
    worked_out_at = models.DateTimeField()
    worked_out_by = models.CharField(max_length=200)

    class Meta:
        indexes = [models.Index(fields=["authority", "kind", "worked_out_at"])]

    def __str__(self) -> str:
        return self.title


class SharedPicture(models.Model):
    """What one authority lets its partners see of its need: figures with small numbers hidden, no single child."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    authority = models.ForeignKey(Organisation, models.PROTECT, related_name="shared_pictures")
    on = models.DateField(help_text="The day the figures are of")
    figures = models.JSONField()
    shared_at = models.DateTimeField()
    shared_by = models.CharField(max_length=200)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["authority", "on"], condition=models.Q(withdrawn_at__isnull=True), name="one_shared_picture_of_a_day"
            )
        ]  # fmt: skip


class Scenario(models.Model):
    """A named scenario of an authority: which rates change, what opens when."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    authority = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    name = models.CharField(max_length=80)
    changes = models.JSONField()
    saved_at = models.DateTimeField()
    saved_by = models.CharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["authority", "name"], name="one_scenario_per_name")]

    def __str__(self) -> str:
        return self.name


class Requirement(models.Model):
    """What should be asked for: places of a kind in an area by certain months, and why. It becomes a tender lot."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    authority = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    forecast = models.ForeignKey(KeptAnalysis, models.PROTECT, related_name="requirements")
    area_code = models.CharField(max_length=3)
    kind = models.CharField(max_length=24)
    sentence = models.TextField()
    steps = models.JSONField(help_text="By which month, how many places, how many in all")
    asked = models.JSONField()
    reasons = models.JSONField()
    saved_at = models.DateTimeField()
    saved_by = models.CharField(max_length=200)

    def __str__(self) -> str:
        return self.sentence


class PlaceWanted(models.Model):
    """What a regional plan says another place of a kind in an area would be worth: evidence for a requirement."""

    authority = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    plan_key = models.UUIDField()
    planned_at = models.DateTimeField()
    area_code = models.CharField(max_length=3)
    kind = models.CharField(max_length=24)
    worth = models.FloatField(help_text="Points of the plan that one more such place would add")
    children = models.PositiveSmallIntegerField(help_text="Children of any partner who would do better with it")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["authority", "plan_key", "area_code", "kind"], name="one_worth_of_a_place_in_a_plan"
            )
        ]
        indexes = [models.Index(fields=["authority", "planned_at"])]
