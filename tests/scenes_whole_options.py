"""The whole scene's part of options: one procurement of Kent and Portsmouth whose options are complete and being revised."""

import datetime as dt

from cast import Cast
from nearhome.privacy.acting import acting
from nearhome.tendering.actions.options import begin_appraisal, complete_appraisal, revise_appraisal
from nearhome.tendering.actions.weighing import OptionTerms, save_option
from scenes_options import begun


def make_whole_options(cast: Cast, now: dt.datetime) -> None:
    """Marked with words that occur nowhere else: ZZCASE in its terms, ZZAPPRAISED in its draft."""
    procurement = begun(cast, now=now, name="ZZCASE foster placements")
    by = cast.colin
    with acting(by):
        draft = begin_appraisal(procurement=procurement, example="21-00077", by=by, now=now)
        complete_appraisal(appraisal=draft, change=draft.change, by=by, now=now)
        second = revise_appraisal(procurement=procurement, why="Made up again", by=by, now=now)
        option = second.options.all()[1]
        terms = OptionTerms(
            option.kind, option.name, "ZZAPPRAISED words", option.lawful, option.legal_view, None, option.cost_words, option.risk
        )  # fmt: skip
        save_option(appraisal=second, terms=terms, change=second.change, key=option.key, by=by, now=now)
