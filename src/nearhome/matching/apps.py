from typing import TYPE_CHECKING, Any

from django.apps import AppConfig

if TYPE_CHECKING:
    from nearhome.sufficiency.calculations.worked import Worked


class MatchingConfig(AppConfig):
    name = "nearhome.matching"
    label = "matching"

    def ready(self) -> None:
        """Reports on fairness are kept among the analyses: say there how one is worked out again."""
        from nearhome.sufficiency.queries.later_kinds import is_worked_again_by

        is_worked_again_by("fairness", _fairness_again)


def _fairness_again(kept: Any, tables: Any) -> "Worked":
    # Imported when it is asked for: the libraries of analysis are slow to load.
    from nearhome.matching.queries.fairness import fairness_again

    return fairness_again(kept, tables)
