import uuid

from django.db import models
from django.db.models import F, Q

from nearhome.people.models import Organisation
from nearhome.privacy.sealed import SealedTextField


class Child(models.Model):
    """A child in care, pseudonymous: who they are is kept apart, sealed, in ChildIdentity."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    authority = models.ForeignKey(Organisation, models.PROTECT, related_name="children")
    return_ref = models.CharField(max_length=30, help_text="CHILD in the statutory return: unique in the authority")
    sex = models.CharField(max_length=1, choices=[("M", "Male"), ("F", "Female"), ("U", "Not known")])
    born_month = models.DateField(help_text="First day of the month of birth; the day is sealed")
    ethnicity = models.CharField(max_length=4, blank=True)
    is_uasc = models.BooleanField(default=False)
    uasc_ceased_on = models.DateField(null=True, blank=True)
    is_mother = models.BooleanField(null=True, blank=True)
    return_year = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Latest collection year seen")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["authority", "return_ref"], name="one_child_per_return_ref")]

    def __str__(self) -> str:
        return self.return_ref


class ChildIdentity(models.Model):
    """Who the child is. Only their own authority can read the row; nobody can read it from a copied disk."""

    child = models.OneToOneField(Child, models.PROTECT, related_name="identity")
    authority = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    name = SealedTextField(null=True, blank=True)
    born_on = SealedTextField(null=True, blank=True, help_text="ISO date")
    upn = SealedTextField(null=True, blank=True)
    home_postcode = SealedTextField(null=True, blank=True)


class MustNotLiveWith(models.Model):
    """Two children who must not share a home, and why (in the authority's own record)."""

    authority = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    child = models.ForeignKey(Child, models.PROTECT, related_name="must_not_live_with")
    other = models.ForeignKey(Child, models.PROTECT, related_name="+")
    reason = SealedTextField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["child", "other"], name="conflict_recorded_once"),
            models.CheckConstraint(condition=~Q(child=F("other")), name="conflict_between_two"),
        ]


class Episode(models.Model):
    """One episode of care, in the terms of the SSDA903 return; written by an import or by a placement."""

    class Source(models.TextChoices):
        RETURN = "return", "Statutory return"
        PLACEMENT = "placement", "A placement made here"

    child = models.ForeignKey(Child, models.PROTECT, related_name="episodes")
    authority = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    starts_on = models.DateField()
    ends_before = models.DateField(null=True, blank=True, help_text="DEC: the day the next one may start")
    reason_new = models.CharField(max_length=1)
    legal_status = models.CharField(max_length=2)
    need = models.CharField(max_length=2)
    place_type = models.CharField(max_length=3)
    place_provider = models.CharField(max_length=3, blank=True)
    reason_ceased = models.CharField(max_length=3, blank=True)
    reason_place_change = models.CharField(max_length=6, blank=True)
    urn = models.CharField(max_length=8, blank=True)
    home_sector = models.CharField(max_length=6, blank=True)
    place_sector = models.CharField(max_length=6, blank=True)
    place_postcode = SealedTextField(null=True, blank=True)
    place_authority_code = models.CharField(max_length=3, blank=True, help_text="PL_LA: DfE code, or WAL, SCO, NIR")
    place_location = models.CharField(max_length=3, blank=True, help_text="PL_LOCATION: IN or OUT")
    miles = models.DecimalField(max_digits=4, decimal_places=1, null=True, blank=True, help_text="PL_DISTANCE")
    return_year = models.PositiveSmallIntegerField(null=True, blank=True)
    source = models.CharField(max_length=10, choices=Source, default=Source.RETURN)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["child", "starts_on"], name="one_episode_starts_on_a_day"),
            models.CheckConstraint(
                condition=Q(ends_before__isnull=True) | Q(ends_before__gte=F("starts_on")),
                name="episode_ends_after_it_starts",
            ),
        ]
        indexes = [models.Index(fields=["authority", "ends_before"]), models.Index(fields=["urn"])]


class ReturnRecord(models.Model):
    """A row of any other table of the return, kept as its standard's columns say."""

    child = models.ForeignKey(Child, models.PROTECT, related_name="return_records")
    authority = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    table_name = models.CharField(max_length=30)
    row_key = models.CharField(max_length=120)
    columns = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["child", "year", "table_name", "row_key"], name="one_return_record")
        ]


class ReturnLoad(models.Model):
    """One reading of one authority's return: previewed, then confirmed or set aside."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    authority = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    form = models.CharField(max_length=10, default="return", choices=[("return", "Return"), ("pooled", "Pooled")])
    digest = models.CharField(max_length=64)
    read_at = models.DateTimeField()
    read_by = models.CharField(max_length=200)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    counts = models.JSONField(default=dict)


class ReturnProblem(models.Model):
    """A row that was not loaded, or was and looks wrong: which, why, and what to do."""

    load = models.ForeignKey(ReturnLoad, models.CASCADE, related_name="problems")
    authority = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    file = models.CharField(max_length=120)
    row = models.PositiveIntegerField(null=True)
    child_ref = models.CharField(max_length=30, blank=True)
    field = models.CharField(max_length=40, blank=True)
    rule = models.CharField(max_length=20)
    message = models.TextField()
    severity = models.CharField(max_length=7)

    class Meta:
        ordering = ["id"]


class UploadedReturn(models.Model):
    """Files waiting for somebody to confirm what they would change; sealed, and removed afterwards."""

    load = models.ForeignKey(ReturnLoad, models.CASCADE, related_name="files")
    authority = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)
    content = models.BinaryField()
