import uuid

from django.db import models
from django.db.models import F, Q

from nearhome.people.models import Organisation, Person
from nearhome.privacy.sealed import SealedTextField
from nearhome.settlement.models.invoices import InvoiceLine


class BankAccount(models.Model):
    """An account that an authority pays from (its own) or pays to; in use once another person confirmed it."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    authority = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    holder = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    name = SealedTextField()
    sort_code = SealedTextField()
    number = SealedTextField()
    service_user_number = models.CharField(max_length=6, blank=True, help_text="Bacs; for the authority's own account")
    entered_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["authority", "holder"],
                condition=Q(confirmed_at__isnull=False, ended_at__isnull=True),
                name="one_account_in_use",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("entered_by")),
                name="an_account_is_confirmed_by_somebody_else",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True, confirmed_at__isnull=True)
                | Q(confirmed_by__isnull=False, confirmed_at__isnull=False),
                name="an_account_is_confirmed_by_somebody",
            ),
        ]


class PaymentRun(models.Model):
    """Approved lines that are paid together; its files are made once, when another person sends it, and kept."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    authority = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    pay_on = models.DateField()
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    sent_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    sent_at = models.DateTimeField(null=True)
    cancelled_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    cancelled_at = models.DateTimeField(null=True)
    cancel_reason = models.TextField(blank=True)
    csv_file = SealedTextField(default="")
    bacs_file = SealedTextField(default="")
    csv_digest = models.CharField(max_length=64, blank=True)
    bacs_digest = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["authority", "number"], name="runs_are_numbered"),
            models.CheckConstraint(
                condition=Q(sent_by__isnull=True) | ~Q(sent_by=F("made_by")), name="a_run_is_sent_by_somebody_else"
            ),
            models.CheckConstraint(
                condition=Q(sent_by__isnull=True, sent_at__isnull=True)
                | Q(sent_by__isnull=False, sent_at__isnull=False),
                name="a_run_is_sent_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(sent_at__isnull=True) | Q(cancelled_at__isnull=True), name="a_sent_run_is_not_cancelled"
            ),
        ]


class RunLine(models.Model):
    """A line in a payment run. A run that is cancelled frees its lines; otherwise no line is in two."""

    run = models.ForeignKey(PaymentRun, models.PROTECT, related_name="lines")
    line = models.ForeignKey(InvoiceLine, models.PROTECT, related_name="run_lines")
    authority = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    provider = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    pence = models.BigIntegerField()
    pay_on = models.DateField()
    sent_at = models.DateTimeField(null=True)
    freed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["line"], condition=Q(freed_at__isnull=True), name="no_line_is_paid_in_two_runs"
            ),
            models.CheckConstraint(
                condition=Q(sent_at__isnull=True) | Q(freed_at__isnull=True), name="what_was_sent_is_never_freed"
            ),
        ]
