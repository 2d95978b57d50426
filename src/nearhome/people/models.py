import uuid

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from nearhome.people.roles import Role


class Organisation(models.Model):
    """An authority or a provider. Authorities end and have successors, so nothing is keyed on their codes."""

    class Kind(models.TextChoices):
        AUTHORITY = "authority", "Local authority"
        PROVIDER = "provider", "Provider"

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=12, choices=Kind)
    name = models.CharField(max_length=200)
    owner_ref = models.CharField(max_length=40, blank=True, help_text="The register's owner ID, for a provider")
    starts_on = models.DateField(null=True, blank=True)
    ends_before = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["owner_ref"], condition=~Q(owner_ref=""), name="one_organisation_per_owner")
        ]

    def __str__(self) -> str:
        return self.name


class AuthorityCode(models.Model):
    """A code an authority has been known by, with dates: the same authority may have several over time."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="codes")
    scheme = models.CharField(max_length=4, choices=[("dfe", "DfE three digits"), ("gss", "ONS nine characters")])
    code = models.CharField(max_length=9)
    starts_on = models.DateField(null=True, blank=True)
    ends_before = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scheme", "code"], name="a_code_means_one_authority")]


class AuthorityRules(models.Model):
    """How one authority works: its own rules, which it may change."""

    organisation = models.OneToOneField(Organisation, models.PROTECT, related_name="rules")
    search_needs_permission = models.BooleanField(default=True)
    emergency_approval_hours = models.PositiveSmallIntegerField(default=24)
    response_hours = models.PositiveSmallIntegerField(default=48)
    emergency_response_hours = models.PositiveSmallIntegerField(default=4)
    hold_hours = models.PositiveSmallIntegerField(default=72)
    adjoining_extra = ArrayField(models.CharField(max_length=3), default=list, blank=True)


class PersonManager(BaseUserManager["Person"]):
    def create_person(self, email: str, password: str | None, **fields: object) -> "Person":
        """Make someone who can sign in; no password means they cannot until one is set."""
        person = self.model(email=self.normalize_email(email), **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person


class Person(AbstractBaseUser):
    """Someone who signs in, in one organisation, with one or more roles."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=200)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="people")
    roles = ArrayField(models.CharField(max_length=20, choices=Role), default=list)
    approval_limit_pence = models.BigIntegerField(
        null=True, blank=True, help_text="Whole-life value; empty means no upper limit"
    )
    is_active = models.BooleanField(default=True)

    objects = PersonManager()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    def __str__(self) -> str:
        return self.name

    def has_role(self, *roles: str) -> bool:
        """Whether the person holds any of these roles and may still sign in."""
        return self.is_active and any(role in self.roles for role in roles)

    @property
    def is_staff(self) -> bool:
        return False
