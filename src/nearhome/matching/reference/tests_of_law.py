"""The five matching tests of the Children Act 1989 s22C(8) and (9), each to be answered when a home is chosen.

The tests are verified (as authorities' own practice manuals give them); their lettering is not, so none is shown.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MatchingTest:
    """One test: its name in stored answers, and the question."""

    name: str
    question: str


MATCHING_TESTS = (
    MatchingTest("near_home", "Is it near the child’s home?"),
    MatchingTest("education", "Can their education or training go on without disruption?"),
    MatchingTest("siblings", "Will they live with their brother or sister who is also looked after?"),
    MatchingTest("disability", "If the child is disabled, does the home suit their needs?"),
    MatchingTest("in_area", "Is it in your authority’s area?"),
)
ANSWERS = (("yes", "Yes"), ("no", "No"), ("not_applicable", "Does not apply"))
ANSWER_WORDS = dict(ANSWERS)
SOURCE = "Children Act 1989, section 22C(8) and (9)"
