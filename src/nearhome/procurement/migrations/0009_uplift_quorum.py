from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0002_row_history"),
        ("procurement", "0008_suspended_by_any_framework"),
    ]

    operations = [
        migrations.AddField(
            model_name="framework",
            name="vote_quorum_percent",
            field=models.PositiveSmallIntegerField(
                default=50, help_text="Of those who may vote on an uplift, how many must take part"
            ),
        ),
        migrations.AddConstraint(
            model_name="framework",
            constraint=models.CheckConstraint(
                condition=models.Q(("vote_quorum_percent__gte", 1), ("vote_quorum_percent__lte", 100)),
                name="quorum_is_a_share",
            ),
        ),
    ]
