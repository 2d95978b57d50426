"""What a provider fills in: its profile once; for each bid places, one answer a page, and prices."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator

from nearhome.design.fields import (
    BooleanField,
    CharField,
    ConfirmField,
    DateField,
    EmailField,
    GovukForm,
    IntegerField,
    LongTextField,
    MoneyField,
    PostcodeField,
)
from nearhome.tendering.queries.bidding import INSURANCES
from nearhome.tendering.queries.prices import OPEN_BOOK, Asked, Given, asked_again, price_problems

MOST_PENCE = 100_000_000  # a million pounds a week: beyond it a slip of the finger
INSURED = dict(zip(INSURANCES, ("Public liability", "Employers’ liability", "Professional indemnity"), strict=True))


def _number(label: str, pattern: str, example: str, help_text: str = "") -> CharField:
    wrong = f"{label} must look like {example}"
    return CharField(
        label=label, help_text=help_text, required=False, max_length=20, width=10,
        validators=[RegexValidator(pattern, wrong)],
    )  # fmt: skip


class ProfileForm(GovukForm):
    """What every tender asks of a provider. The order is that of the common questionnaires; the set is our choice."""

    legal_name = CharField(label="Legal name", max_length=200, autocomplete="organization")
    company_number = _number("Company number", r"^([0-9]{8}|[A-Za-z]{2}[0-9]{6})$", "01234567", "If it is a company.")
    charity_number = _number("Charity number", r"^[0-9]{6,8}(-[0-9]+)?$", "1234567", "If it is a charity.")
    ukprn = _number("UK provider reference number", r"^[0-9]{8}$", "10001234", "If it has one.")
    address = LongTextField(label="Registered address", max_length=500, rows=3)
    postcode = PostcodeField(label="Postcode")
    contact_name = CharField(label="Who should be contacted?", max_length=200, autocomplete="name")
    contact_email = EmailField(label="Email address")
    contact_phone = CharField(label="Telephone number", max_length=30, autocomplete="tel", width=20)
    safeguarding_lead = CharField(label="Designated safeguarding lead", max_length=200)
    ico_registration = _number("ICO registration number", r"^[A-Za-z]{1,2}[0-9A-Za-z]{6,7}$", "ZA123456", "Of the data protection register.")  # fmt: skip
    has_safeguarding_policy = BooleanField(label="Is there a safeguarding policy, reviewed in the last 12 months?")
    has_complaints_policy = BooleanField(label="Is there a complaints policy that children can use themselves?")
    has_equality_policy = BooleanField(label="Is there an equality and diversity policy?")
    has_health_and_safety_policy = BooleanField(label="Is there a health and safety policy?")
    checks_staff = BooleanField(label="Are all staff checked by the Disclosure and Barring Service before they begin?")
    modern_slavery = BooleanField(
        label="Does it meet the Modern Slavery Act 2015, with a statement where its turnover requires one?"
    )
    has_exclusion_ground = BooleanField(
        label="Does any mandatory or discretionary ground for exclusion apply?",
        help_text="Of the Procurement Act 2023, to the organisation or a connected person.",
    )
    exclusion_words = LongTextField(label="If one applies, which and what was done", required=False, max_length=2000)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, words in INSURED.items():
            self.fields[f"{name}_pence"] = MoneyField(label=f"{words} insurance, amount", max_pence=10**12)
            self.fields[f"{name}_ends_on"] = DateField(label=f"{words} insurance, ends on", latest=dt.date(2100, 1, 1))

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        if typed.get("has_exclusion_ground") and not (typed.get("exclusion_words") or "").strip():
            self.add_error("exclusion_words", "Enter which ground applies and what was done")
        return typed

    def answers(self) -> dict[str, Any]:
        """As they are kept: days as ISO text, money in pence."""
        return {
            name: value.isoformat() if isinstance(value, dt.date) else value for name, value in self.cleaned_data.items()
        }  # fmt: skip

    @staticmethod
    def first_values(answers: Mapping[str, Any]) -> dict[str, Any]:
        """Kept answers as the form shows them."""
        return {
            name: dt.date.fromisoformat(value) if name.endswith("_on") and value else value
            for name, value in answers.items()
        }

    def shown(self, answers: Mapping[str, Any]) -> list[tuple[str, Any]]:
        """Question and answer of kept answers, in order, as tables and summaries show them."""
        typed = self.first_values(answers)
        return [(str(field.label), _said(name, typed.get(name))) for name, field in self.fields.items()]


def _said(name: str, value: Any) -> Any:
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if name.endswith("_pence") and isinstance(value, int):
        return f"£{value // 100:,}.{value % 100:02d}"
    if isinstance(value, dt.date):
        return f"{value.day} {value:%B %Y}"
    return value or None


class QuestionForm(GovukForm):
    """A question to the buyers."""

    question = LongTextField(
        label="Your question",
        help_text="Every bidder will read it with the answer, but not who asked. Leave out names that tell who you are.",
        max_length=2000,
    )  # fmt: skip


class ConfirmDetailsForm(GovukForm):
    """The profile, confirmed for one bid."""

    confirmed = ConfirmField(label="These details are right today")


class PlacesOfferedForm(GovukForm):
    """How many places."""

    places = IntegerField(label="How many places do you offer?", as_heading=True, min_value=1, max_value=5000)


class BidAnswerForm(GovukForm):
    """The answer to one question. An unfinished one is kept too."""

    text = LongTextField(label="Your answer", rows=14)
    seen = CharField(label="Seen", widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, most_words: int, is_unfinished: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.most_words = most_words
        self.fields["text"].required = not is_unfinished

    def again(self, seen: str, wrong: str) -> "BidAnswerForm":
        """The same answer to be mended, now that it is kept as it is."""
        form = BidAnswerForm({"text": self.cleaned_data["text"], "seen": seen}, most_words=self.most_words)
        form.add_error("text", wrong)
        return form


class PricesForm(GovukForm):
    """A price for each band, with open-book lines for who wants to give them."""

    def __init__(self, *args: Any, asked: Iterable[Asked], is_unfinished: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked, self.is_unfinished = tuple(asked), is_unfinished
        for one in self.asked:
            cap = f" At most £{one.most_pence / 100:,.2f} a week." if one.most_pence else ""
            self.fields[f"band-{one.band}"] = MoneyField(
                label=f"{one.label}, a week", help_text=f"All you will charge, without VAT.{cap}", required=not is_unfinished,
                min_pence=-MOST_PENCE, max_pence=MOST_PENCE, suffix="a week",
                error_messages={"required": f"Enter the price a week for {one.label}"},
            )  # fmt: skip
            for line, words in OPEN_BOOK.items():
                self.fields[f"book-{one.band}-{line}"] = MoneyField(
                    label=f"{words} ({one.label})", required=False, min_pence=-MOST_PENCE, max_pence=MOST_PENCE,
                )  # fmt: skip
        self.fields["meant"] = ConfirmField(label="The prices asked about above are meant", required=False)
        self.fields["seen"] = CharField(label="Seen", widget=forms.HiddenInput, required=False)
        self.unusual: tuple[str, ...] = ()

    @staticmethod
    def first_values(prices: Mapping[str, Given]) -> dict[str, Any]:
        """Kept prices as the form shows them."""
        found: dict[str, Any] = {f"band-{band}": one.pence for band, one in prices.items()}
        for band, one in prices.items():
            found |= {f"book-{band}-{line}": pence for line, pence in one.open_book.items()}
        return found

    def prices(self) -> dict[str, Given]:
        """What was typed, band by band; an empty price is None, never nought."""
        typed = self.cleaned_data
        found = {}
        for one in self.asked:
            lines = {line: typed.get(f"book-{one.band}-{line}") for line in OPEN_BOOK}
            book = {line: pence for line, pence in lines.items() if pence is not None}
            found[one.band] = Given(typed.get(f"band-{one.band}"), book)
        return found

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        given = self.prices()
        for band, words in price_problems(self.asked, given).items():
            is_left_for_later = self.is_unfinished and given[band].pence is None
            if f"band-{band}" not in self.errors and not is_left_for_later:
                self.add_error(f"band-{band}", words)
        self.unusual = asked_again(self.asked, given)
        if self.unusual and not typed.get("meant"):
            self.add_error(
                "meant", ValidationError("; ".join(self.unusual) + ". Change it, or tick the box if it is meant")
            )
        return typed
