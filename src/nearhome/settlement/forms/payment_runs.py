"""When a run pays, an account that it pays to, and the tolerance."""

from typing import Any

from nearhome.design.fields import CharField, ChoiceField, DateField, GovukForm, IntegerField, LongTextField, MoneyField


class RunForm(GovukForm):
    """The day on which the money is to arrive."""

    pay_on = DateField(
        label="On which day is the money to arrive?", help_text="A working day. Bacs takes three working days."
    )


class CancelForm(GovukForm):
    """Why a run is cancelled."""

    reason = LongTextField(label="Why is the run cancelled?", max_length=500)


class AccountForm(GovukForm):
    """A bank account."""

    holder = ChoiceField(label="Whose account is it?", select=True)
    name = CharField(label="Name in which the account is held", max_length=60)
    sort_code = CharField(label="Sort code", max_length=12, width=10, help_text="6 digits, like 11-22-33.")
    number = CharField(label="Account number", max_length=12, width=10, help_text="8 digits.")
    service_user_number = CharField(
        label="Bacs service user number",
        max_length=6,
        required=False,
        help_text="6 digits, for your authority’s own account only.",
    )

    def __init__(self, *args: Any, holders: tuple[tuple[str, str], ...] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["holder"].choices = list(holders)  # type: ignore[attr-defined]


class ToleranceForm(GovukForm):
    """How far an invoiced amount may differ and still agree: the lower of both."""

    pounds = MoneyField(label="At most this much", max_pence=1_000_000)
    basis_points = IntegerField(
        label="And at most this share of what is due, in basis points", min_value=0, max_value=1_000,
        help_text="100 basis points are 1%.",
    )  # fmt: skip
    starts_on = DateField(label="For invoices dated on or after")
