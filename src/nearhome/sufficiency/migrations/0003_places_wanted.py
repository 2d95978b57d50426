import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0002_row_history"),
        ("sufficiency", "0002_who_sees_what"),
    ]

    operations = [
        migrations.CreateModel(
            name="PlaceWanted",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("plan_key", models.UUIDField()),
                ("planned_at", models.DateTimeField()),
                ("area_code", models.CharField(max_length=3)),
                ("kind", models.CharField(max_length=24)),
                ("worth", models.FloatField(help_text="Points of the plan that one more such place would add")),
                (
                    "children",
                    models.PositiveSmallIntegerField(help_text="Children of any partner who would do better with it"),
                ),
                (
                    "authority",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.organisation"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["authority", "planned_at"], name="sufficiency_authori_5e7d67_idx")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("authority", "plan_key", "area_code", "kind"), name="one_worth_of_a_place_in_a_plan"
                    )
                ],
            },
        ),
    ]
