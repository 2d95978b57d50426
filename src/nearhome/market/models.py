import uuid

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value

from nearhome.people.models import Organisation

KINDS = [
    ("childrens_home", "Children's home"),
    ("foster", "Fostering household"),
    ("supported_accommodation", "Supported accommodation"),
]


class Registration(models.Model):
    """One entry of the provider register: a children's home, a fostering agency, supported accommodation."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    urn = models.CharField(max_length=20, unique=True)
    kind = models.CharField(
        max_length=24,
        choices=[*KINDS[:1], ("fostering_agency", "Fostering service"), KINDS[2], ("other", "Other")],
    )
    provider_type = models.CharField(max_length=120)
    name = models.CharField(max_length=200)
    provider = models.ForeignKey(Organisation, models.PROTECT, related_name="registrations")
    sector = models.CharField(max_length=40)
    area = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+", help_text="Authority it is in")
    area_code = models.CharField(max_length=3, blank=True)
    postcode = models.CharField(max_length=8, blank=True)
    registered_places = models.PositiveSmallIntegerField(null=True)
    registered_on = models.DateField(null=True)
    status = models.CharField(max_length=40, blank=True)
    closed_on = models.DateField(null=True)
    suspended_on = models.DateField(null=True, blank=True)
    suspended_reason = models.CharField(max_length=300, blank=True)
    need_flags = ArrayField(models.CharField(max_length=4), default=list)
    placement_codes = ArrayField(models.CharField(max_length=3), default=list)

    def __str__(self) -> str:
        return self.name


class Inspection(models.Model):
    """A judgement, on the scale of its kind of provision; the two scales are never mixed."""

    registration = models.ForeignKey(Registration, models.CASCADE, related_name="inspections")
    inspected_on = models.DateField()
    scale = models.CharField(max_length=24, choices=[("social_care", "Social care"), ("supported", "Supported")])
    judgement = models.CharField(max_length=60)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["registration", "inspected_on"], name="one_judgement_on_a_day")]


class Home(models.Model):
    """Where children live: a children's home, one fostering household, one supported accommodation setting."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    registration = models.ForeignKey(Registration, models.PROTECT, related_name="homes")
    provider = models.ForeignKey(Organisation, models.PROTECT, related_name="homes")
    ref = models.CharField(max_length=30)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=24, choices=KINDS)
    area_code = models.CharField(max_length=3, help_text="DfE code of the authority it is in")
    postcode = models.CharField(max_length=8)
    easting = models.IntegerField()
    northing = models.IntegerField()
    min_age = models.PositiveSmallIntegerField(default=0)
    max_age = models.PositiveSmallIntegerField(default=17)
    sexes = models.CharField(max_length=3, default="any", choices=[("any", "Any"), ("M", "Boys"), ("F", "Girls")])
    skills = ArrayField(models.CharField(max_length=40), default=list)
    has_pets = models.BooleanField(null=True, default=None)
    school_on_site = models.BooleanField(default=False)
    takes_solo = models.BooleanField(default=False)
    fostering_exemption = models.CharField(max_length=300, blank=True, help_text="Written exemption from the limit")
    skill_degrees = models.JSONField(default=dict, help_text="How far a skill goes: trained, experienced or specialist")
    languages = ArrayField(models.CharField(max_length=40), default=list, help_text="Spoken there; empty: not said")
    faiths = ArrayField(models.CharField(max_length=40), default=list, help_text="Lived by there; empty: not said")
    cultures = ArrayField(models.CharField(max_length=40), default=list, help_text="Lived by there; empty: not said")
    newcomers_over = models.PositiveSmallIntegerField(null=True, help_text="For the sake of those who live there now")
    newcomers_under = models.PositiveSmallIntegerField(null=True, help_text="For the sake of those who live there now")
    opens_on = models.DateField(null=True, blank=True)
    closes_before = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["registration", "ref"], name="one_home_per_ref")]
        indexes = [models.Index(fields=["area_code", "kind"])]

    def __str__(self) -> str:
        return self.name


class Capacity(models.Model):
    """How many places a home can offer from a date, said three ways."""

    home = models.ForeignKey(Home, models.CASCADE, related_name="capacities")
    provider = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    starts_on = models.DateField()
    registered = models.PositiveSmallIntegerField()
    staffed = models.PositiveSmallIntegerField()
    open_to_referrals = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["home", "starts_on"], name="one_capacity_on_a_day"),
            models.CheckConstraint(
                condition=Q(open_to_referrals__lte=F("staffed")) & Q(staffed__lte=F("registered")),
                name="open_within_staffed_within_registered",
            ),
        ]


class Place(models.Model):
    """What can hold one child: a bed in a home, a place in a fostering household."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    home = models.ForeignKey(Home, models.PROTECT, related_name="places")
    label = models.CharField(max_length=40)
    starts_on = models.DateField(null=True, blank=True)
    ends_before = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["home", "label"], name="one_place_per_label")]

    def __str__(self) -> str:
        return self.label


class Occupancy(models.Model):
    """Why a place is not free, over a half-open range of days. PostgreSQL refuses any overlap.

    It never says who lives there: partners may see that a place is taken, not by whom.
    """

    class Kind(models.TextChoices):
        HOLD = "hold", "Held"
        BOOKING = "booking", "Booked"
        CLOSURE = "closure", "Not available"

    place = models.ForeignKey(Place, models.PROTECT, related_name="occupancies")
    kind = models.CharField(max_length=8, choices=Kind)
    days = DateRangeField()
    expires_at = models.DateTimeField(null=True, blank=True, help_text="A hold frees the place at this moment")
    freed_at = models.DateTimeField(null=True, blank=True, help_text="Cancelled, released or expired")
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="one_occupant_of_a_place_at_a_time",
                expressions=[
                    (
                        Func(F("place_id"), F("place_id"), Value("[]"), function="int8range"),
                        RangeOperators.OVERLAPS,
                    ),
                    ("days", RangeOperators.OVERLAPS),
                ],
                condition=Q(freed_at__isnull=True),
            ),
            models.CheckConstraint(condition=Q(kind="hold") | Q(expires_at__isnull=True), name="only_a_hold_expires"),
            models.CheckConstraint(condition=~Q(kind="hold") | Q(expires_at__isnull=False), name="every_hold_expires"),
        ]
        indexes = [models.Index(fields=["place", "kind"])]


class Resident(models.Model):
    """Who an occupancy is for, as little as matching needs; seen whole only by their authority and the provider."""

    occupancy = models.OneToOneField(Occupancy, models.CASCADE, related_name="resident")
    authority = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    provider = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    child_key = models.UUIDField(null=True, help_text="The child's pseudonymous key, without a foreign key")
    sex = models.CharField(max_length=1)
    born_month = models.DateField()


class RegisterLoad(models.Model):
    """One reading of a provider register: previewed, then confirmed."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    file = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    read_at = models.DateTimeField()
    read_by = models.CharField(max_length=200)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    counts = models.JSONField(default=dict)
    content = models.BinaryField(null=True)


class RegisterProblem(models.Model):
    """A row of the register that was not loaded, or was and looks wrong."""

    load = models.ForeignKey(RegisterLoad, models.CASCADE, related_name="problems")
    file = models.CharField(max_length=200)
    row = models.PositiveIntegerField(null=True)
    urn = models.CharField(max_length=20, blank=True)
    field = models.CharField(max_length=60, blank=True)
    rule = models.CharField(max_length=20)
    message = models.TextField()
    severity = models.CharField(max_length=7)
