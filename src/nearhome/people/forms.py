"""What an administrator fills in about people and rules, and what a person fills in to come in."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from nearhome.design.fields import (
    BooleanField,
    CharField,
    EmailField,
    GovukForm,
    IntegerField,
    MoneyField,
    MultiChoiceField,
)
from nearhome.people.actions import MOST_HOURS
from nearhome.people.roles import Role

WHAT_ROLES_DO = {
    Role.PLACEMENT_OFFICER: "Records referrals, searches, invites homes and chooses",
    Role.APPROVER: "Permits searches and approves choices, up to their limit",
    Role.COMMISSIONER: "Reads referrals, looks after homes, contracts and the register",
    Role.FINANCE_OFFICER: "Works out, checks and closes months",
    Role.ANALYST: "Loads the statutory return",
    Role.ADMINISTRATOR: "Looks after people and rules, loads the return and the register",
    Role.PROVIDER: "Describes homes, answers invitations and signs agreements for the provider",
}


class PersonForm(GovukForm):
    """A person's name, roles and limit; `allowed` are the roles their organisation has."""

    name = CharField(label="Full name", max_length=200, autocomplete="off")
    roles = MultiChoiceField(label="Roles", help_text="Select all that apply.", choices=(), choice_hints=WHAT_ROLES_DO)
    approval_limit = MoneyField(
        label="Approval limit (optional)",
        help_text="For an approver: the highest whole-life value of a placement they may approve. Empty means no upper limit.",
        required=False,
    )

    def __init__(self, *args: Any, allowed: tuple[Role, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        roles: Any = self.fields["roles"]
        roles.choices = [(role.value, role.label) for role in allowed]
        if Role.APPROVER not in allowed:
            del self.fields["approval_limit"]


class NewPersonForm(PersonForm):
    """The same, with the address they sign in with."""

    email = EmailField(
        label="Email address", help_text="They sign in with it. It cannot be changed later.", max_length=254
    )
    field_order = ("name", "email", "roles", "approval_limit")


class RulesForm(GovukForm):
    """How an authority works."""

    search_needs_permission = BooleanField(label="Does an approver permit each search before homes are invited?")
    emergency_approval_hours = IntegerField(
        label="Hours to approve an emergency search afterwards", min_value=1, max_value=MOST_HOURS
    )
    response_hours = IntegerField(label="Hours a provider has to answer", min_value=1, max_value=MOST_HOURS)
    emergency_response_hours = IntegerField(
        label="Hours a provider has to answer in an emergency", min_value=1, max_value=MOST_HOURS
    )
    hold_hours = IntegerField(label="Hours an offered place is held", min_value=1, max_value=MOST_HOURS)
    adjoining_extra = CharField(
        label="Other authorities treated as adjoining (optional)",
        help_text="Three-digit DfE codes with commas between them, such as 886, 938. Neighbours on the map count already.",
        required=False,
        max_length=400,
    )

    def clean_adjoining_extra(self) -> tuple[str, ...]:
        typed = self.cleaned_data["adjoining_extra"].replace(",", " ").split()
        return tuple(dict.fromkeys(typed))


class SetPasswordForm(GovukForm):
    """The password somebody chooses, twice."""

    password = CharField(
        label="New password",
        help_text="At least 12 characters. Three words that do not belong together are easy to remember.",
        widget=forms.PasswordInput,
        template_name="design/password_input.html",
        strip=False,
        max_length=256,
        autocomplete="new-password",
    )
    again = CharField(
        label="New password again",
        widget=forms.PasswordInput,
        template_name="design/password_input.html",
        strip=False,
        max_length=256,
        autocomplete="new-password",
    )

    def __init__(self, *args: Any, chooser: Any, **kwargs: Any) -> None:
        self.chooser = chooser
        super().__init__(*args, **kwargs)

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        validate_password(password, self.chooser)
        return password

    def clean(self) -> dict[str, Any]:
        typed = self.cleaned_data
        if {"password", "again"} <= typed.keys() and typed["password"] != typed["again"]:
            self.add_error("again", ValidationError("The two passwords are not the same. Enter the password again"))
        return typed
