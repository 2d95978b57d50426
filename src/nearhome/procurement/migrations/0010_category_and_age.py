from importlib import import_module

from django.db import migrations, models

# The line is the one of the category that was said and of the age on the first day, of a framework that holds on it, and
# no other line of that category and age takes its place: as `rate_of` picks it.
BEFORE = import_module("nearhome.procurement.migrations.0008_suspended_by_any_framework").GUARD
NO_LINE = "    IF line.id IS NULL OR line.supplier_id <> admitted.id OR line.starts_on > NEW.starts_on"
THIS_LINE = """    IF line.id IS NULL OR line.supplier_id <> admitted.id OR admitted.registration_id <> NEW.registration_id
        OR line.category <> NEW.category OR NEW.age_years IS NULL
        OR NEW.age_years < line.min_age OR NEW.age_years >= line.before_age
        OR EXISTS (
            SELECT 1 FROM procurement_rateline AS other
            WHERE other.supplier_id = line.supplier_id AND other.category = line.category
              AND other.min_age <= NEW.age_years AND other.before_age > NEW.age_years
              AND other.starts_on <= NEW.starts_on AND (other.ends_before IS NULL OR other.ends_before > NEW.starts_on)
              AND (other.starts_on, -other.weekly_price_pence) > (line.starts_on, -line.weekly_price_pence)
        ) THEN
        RAISE EXCEPTION 'No line of the rate card is for this category and age' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NOT EXISTS (
        SELECT 1 FROM procurement_framework AS framework WHERE framework.id = admitted.framework_id
          AND framework.starts_on <= NEW.starts_on AND (framework.ends_before IS NULL OR framework.ends_before > NEW.starts_on)
    ) THEN
        RAISE EXCEPTION 'The framework does not hold on the first day' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF line.starts_on > NEW.starts_on"""
assert NO_LINE in BEFORE
GUARD = BEFORE.replace(NO_LINE, THIS_LINE)


class Migration(migrations.Migration):
    dependencies = [("procurement", "0009_uplift_quorum")]
    operations = [
        migrations.AddField(
            model_name="calloff",
            name="category",
            field=models.CharField(
                blank=True, default="", help_text="Of need, as said when the home was asked", max_length=20
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="calloff",
            name="age_years",
            field=models.PositiveSmallIntegerField(
                blank=True, help_text="On the first day, for the age band", null=True
            ),
        ),
        migrations.RunSQL(GUARD, BEFORE),
    ]
