import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
from django.db import migrations, models

OF_A_WEEK = [
    "accommodation", "all", "correction", "credit", "education", "extra staffing", "gain_share", "guarantee", "lead_cost",
    "other", "therapy", "transport", "variable",
]  # fmt: skip
_NAMES = ", ".join(f"'{name}'" for name in OF_A_WEEK)
_PARTS = ", ".join(f"('{name}')" for name in OF_A_WEEK if name != "all")

# Until now the whole price kept a row for each element that was due when it was approved. Each line now keeps one row for
# all elements, over the same nights. Nights that another line was paid for as well stay as they were approved, element by
# element: what was paid is not written anew, and they go on refusing whatever they refused.
WIDEN = f"""
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE settlement_paidnights DISABLE TRIGGER append_only;
WITH gone AS (
    DELETE FROM settlement_paidnights AS paid USING settlement_invoiceline AS line
    WHERE line.id = paid.line_id AND line.element = 'all' AND paid.element IN ({_NAMES})
    RETURNING paid.line_id, paid.place_id, paid.authority_id, paid.provider_id, paid.element, paid.days
), kept AS (
    SELECT line_id, place_id, authority_id, provider_id, range_agg(days) - coalesce((
        SELECT range_agg(other.days) FROM settlement_paidnights AS other
        WHERE other.place_id = gone.place_id AND other.line_id <> gone.line_id AND other.element IN ({_NAMES})
    ), datemultirange()) AS nights
    FROM gone GROUP BY line_id, place_id, authority_id, provider_id
)
INSERT INTO settlement_paidnights (line_id, place_id, authority_id, provider_id, element, days)
SELECT line_id, place_id, authority_id, provider_id, 'all', unnest(nights) FROM kept
UNION ALL
SELECT gone.line_id, gone.place_id, gone.authority_id, gone.provider_id, gone.element,
    unnest(datemultirange(gone.days) - kept.nights)
FROM gone JOIN kept USING (line_id, place_id);
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE settlement_paidnights ENABLE TRIGGER append_only;
"""
# Which elements were due then is not known any more, so every element of a week is kept: nothing is refused less.
NARROW = f"""
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE settlement_paidnights DISABLE TRIGGER append_only;
WITH gone AS (
    DELETE FROM settlement_paidnights WHERE element = 'all'
    RETURNING line_id, place_id, authority_id, provider_id, days
)
INSERT INTO settlement_paidnights (line_id, place_id, authority_id, provider_id, element, days)
SELECT line_id, place_id, authority_id, provider_id, part, days FROM gone CROSS JOIN (VALUES {_PARTS}) AS parts (part);
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE settlement_paidnights ENABLE TRIGGER append_only;
"""


def _range(first: object, last: object) -> models.Func:
    output = django.contrib.postgres.fields.ranges.BigIntegerRangeField()
    return models.Func(first, last, models.Value("[]"), function="int8range", output_field=output)


_ELEMENT = models.Func(
    models.F("element"), models.Value(0), function="hashtextextended", output_field=models.BigIntegerField()
)


class Migration(migrations.Migration):
    dependencies = [
        ("market", "0003_life_there"),
        ("people", "0002_row_history"),
        ("settlement", "0011_elements"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="paidnights", name="no_night_is_paid_twice"),
        migrations.RunSQL(WIDEN, NARROW),
        migrations.AddConstraint(
            model_name="paidnights",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                name="no_night_is_paid_twice",
                expressions=[
                    (_range(models.F("place_id"), models.F("place_id")), "&&"),
                    (
                        models.Case(
                            models.When(element="all", then=_range(models.Value(None), models.Value(None))),
                            default=_range(_ELEMENT, _ELEMENT),
                        ),
                        "&&",
                    ),
                    (
                        models.Case(
                            models.When(element__in=OF_A_WEEK, then=_range(models.Value(1), models.Value(1))),
                            default=_range(models.Value(0), models.Value(0)),
                        ),
                        "&&",
                    ),
                    ("days", "&&"),
                ],
            ),
        ),
    ]
