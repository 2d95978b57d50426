from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("procurement", "0006_call_offs"),
    ]

    operations = [
        migrations.AddField(
            model_name="frameworkextension",
            name="exception_approved_by",
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddField(
            model_name="frameworkextension",
            name="exception_words",
            field=models.TextField(blank=True, help_text="Why it goes on past the longest term of its law"),
        ),
        migrations.AddConstraint(
            model_name="frameworkextension",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("exception_approved_by", ""), ("exception_words", "")),
                    models.Q(
                        models.Q(("exception_words", ""), _negated=True),
                        models.Q(("exception_approved_by", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="an_exception_is_approved",
            ),
        ),
    ]
