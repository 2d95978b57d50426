import uuid
from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import BigIntegerRangeField, DateRangeField, RangeOperators
from django.db import models
from django.db.models import Case, F, Func, Q, Value, When
from django.db.models.functions import Upper

from nearhome.market.models import Place
from nearhome.people.models import Organisation, Person
from nearhome.settlement.models.funding import RESERVED

_NUMBER = Func(F("element"), Value(0), function="hashtextextended", output_field=models.BigIntegerField())


def _range(first: Any, last: Any) -> Func:
    return Func(first, last, Value("[]"), function="int8range", output_field=BigIntegerRangeField())


# Without btree_gist: a text is compared as the range that holds only its number; the whole price is the range of them all.
_ELEMENTS = Case(When(element="all", then=_range(Value(None), Value(None))), default=_range(_NUMBER, _NUMBER))
# An amount on one day is no part of the whole price, so the two never meet.
_IS_OF_A_WEEK = Case(
    When(element__in=sorted(filter(None, RESERVED)), then=_range(Value(1), Value(1))),
    default=_range(Value(0), Value(0)),
)


class InvoiceTolerance(models.Model):
    """How far an invoiced amount may differ and still agree, from a day: the lower of the two limits."""

    authority = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    starts_on = models.DateField()
    pence = models.PositiveIntegerField()
    basis_points = models.PositiveIntegerField()
    set_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    set_at = models.DateTimeField()


class Invoice(models.Model):
    """What one provider asks one authority to pay, as it was sent. One that is returned frees its number."""

    class Source(models.TextChoices):
        FILE = "file", "Sent as a file"
        FORM = "form", "Typed in"
        API = "api", "Sent by a program"

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    provider = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    authority = models.ForeignKey(Organisation, models.PROTECT, related_name="+", help_text="Who is asked to pay")
    number = models.CharField(max_length=30)
    dated_on = models.DateField()
    received_at = models.DateTimeField()
    source = models.CharField(max_length=4, choices=Source)
    pence = models.BigIntegerField()
    submitted_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    returned_at = models.DateTimeField(null=True)
    returned_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    return_reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                F("provider"), Upper("number"), condition=Q(returned_at__isnull=True), name="one_invoice_of_a_number"
            ),
        ]
        indexes = [models.Index(fields=["authority", "received_at"])]


class InvoiceLine(models.Model):
    """One line as the provider sent it, never changed. No child reference: a bed without a child."""

    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="lines")
    authority = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    provider = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    child_ref = models.CharField(max_length=30, blank=True)
    home_name = models.CharField(max_length=200, blank=True)
    place_label = models.CharField(max_length=100, blank=True)
    element = models.CharField(max_length=30)
    kind = models.CharField(max_length=10, choices=[("nights", "Nights"), ("difference", "Difference")])
    starts_on = models.DateField()
    ends_before = models.DateField()
    weekly_price_pence = models.BigIntegerField(null=True)
    pence = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["invoice", "number"], name="lines_are_numbered_once"),
            models.CheckConstraint(condition=Q(ends_before__gt=F("starts_on")), name="an_invoiced_line_has_nights"),
        ]
        ordering = ["invoice", "number"]


class LineMatch(models.Model):
    """What a line was set against when it was last matched, and whether it was approved for payment."""

    line = models.OneToOneField(InvoiceLine, models.PROTECT, related_name="match")
    authority = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    provider = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    verdict = models.CharField(max_length=10)
    due_pence = models.BigIntegerField()
    payable_pence = models.BigIntegerField()
    why = models.TextField()
    matched_at = models.DateTimeField()
    approved_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(approved_at__isnull=True) | Q(verdict__in=["agreed", "over", "under"]),
                name="only_what_is_due_is_approved",
            ),
        ]


class LineHold(models.Model):
    """Why a line is not paid yet. Matching holds by itself (nobody's name); somebody else than who held it releases it."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    line = models.ForeignKey(InvoiceLine, models.PROTECT, related_name="holds")
    authority = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    provider = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    reason = models.TextField()
    held_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    held_at = models.DateTimeField()
    released_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    released_at = models.DateTimeField(null=True)
    release_reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["line"], condition=Q(released_at__isnull=True), name="one_hold_at_a_time"),
            models.CheckConstraint(
                condition=Q(released_by__isnull=True) | Q(held_by__isnull=True) | ~Q(released_by=F("held_by")),
                name="a_hold_is_released_by_somebody_else",
            ),
        ]


class PaidNights(models.Model):
    """Nights of a place that an approved line pays for: the database refuses the same night of an element twice.

    The whole price has one row for all its elements, those too that are posted after it was approved.
    """

    line = models.ForeignKey(InvoiceLine, models.PROTECT, related_name="paid_nights")
    authority = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    provider = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    place = models.ForeignKey(Place, models.PROTECT, related_name="+")
    element = models.CharField(max_length=30)
    days = DateRangeField()

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="no_night_is_paid_twice",
                expressions=[
                    (_range(F("place_id"), F("place_id")), RangeOperators.OVERLAPS),
                    (_ELEMENTS, RangeOperators.OVERLAPS),
                    (_IS_OF_A_WEEK, RangeOperators.OVERLAPS),
                    ("days", RangeOperators.OVERLAPS),
                ],
            ),
        ]
