"""What an officer fills in to choose a home."""

from typing import Any

from nearhome.design.fields import ChoiceField, GovukForm, LongTextField
from nearhome.matching.actions.deciding import Choice, passed_field, told_field
from nearhome.matching.forms.call_off import add_skip_questions, add_waiver_questions, skip_reasons
from nearhome.matching.queries.offers import Choosing
from nearhome.matching.reference.tests_of_law import ANSWERS, MATCHING_TESTS

NOT_INVITED = "Homes were invited from the top of the list as far as seemed enough; these were not asked."


class ChoiceForm(GovukForm):
    """The reasons for one choice. Its questions follow from the offers: each one not chosen has its own."""

    def __init__(self, *args: Any, facts: Choosing, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.facts = facts
        self.fields["reasons"] = LongTextField(
            label="Why is this home the right one for the child?", max_length=4000, rows=5
        )
        self._ask_wishes()
        for test in MATCHING_TESTS:
            self.fields[f"test_{test.name}"] = ChoiceField(label=test.question, choices=ANSWERS)
            self.fields[f"test_{test.name}_reason"] = LongTextField(
                label="If no, why is it still right?", required=False, max_length=1000, rows=2
            )
        self._ask_better()
        add_skip_questions(self, facts.call_off.owed, emergency=facts.referral.is_emergency)
        if facts.call_off.method.waiver:
            add_waiver_questions(self, facts.call_off.method.waiver)
        self._ask_others()

    def _ask_wishes(self) -> None:
        if self.facts.wishes:
            said = "; ".join(f"“{wish}”" for wish in self.facts.wishes)
            self.fields["wishes_answered"] = LongTextField(
                label="How does it answer what the child said?",
                help_text=f"The child said: {said}",
                max_length=2000,
                rows=4,
            )

    def _ask_better(self) -> None:
        for home in self.facts.better_offers:
            better = f"It is better at: {'; '.join(home.better_shown)}." if home.better_shown else ""
            self.fields[passed_field(home.home_ref)] = LongTextField(
                label=f"Why was the offer from {home.home_name}, number {home.position} in the list, not chosen?",
                help_text=better, max_length=2000, rows=3,
            )  # fmt: skip
        if self.facts.not_invited:
            count = self.facts.not_invited
            homes = f"{count} homes that rank" if count > 1 else "1 home that ranks"
            self.fields["not_invited"] = LongTextField(
                label=f"Why were {homes} higher not invited?" if count > 1 else f"Why was {homes} higher not invited?",
                initial=NOT_INVITED, max_length=2000, rows=3,
            )  # fmt: skip

    def _ask_others(self) -> None:
        for one in self.facts.others:
            self.fields[told_field(str(one.offer.key))] = LongTextField(
                label=f"What {one.title} is told about why it was not chosen",
                help_text="The provider reads exactly this once the choice is approved. Do not name the child or another home.",
                max_length=1000,
                rows=3,
            )

    def choice(self) -> Choice:
        """What was said, as the action takes it."""
        given = self.cleaned_data
        tests = {test.name: (given[f"test_{test.name}"], given[f"test_{test.name}_reason"]) for test in MATCHING_TESTS}
        better = self.facts.better_offers
        others = [str(one.offer.key) for one in self.facts.others]
        return Choice(
            reasons=given["reasons"],
            tests=tests,
            passed_over={home.home_ref: given[passed_field(home.home_ref)] for home in better},
            not_invited=given.get("not_invited", ""),
            feedback={key: given[told_field(key)] for key in others},
            wishes_answered=given.get("wishes_answered", ""),
            skipped=skip_reasons(self, self.facts.call_off.owed),
            waiver=(given.get("waiver_ground", ""), given.get("waiver_narrative", "")),
        )
