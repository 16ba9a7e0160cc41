from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0002_keys")]

    operations = [
        migrations.AddField(
            "entryfile", "concern", models.CharField(blank=True, max_length=10, default=""), preserve_default=False
        ),
        migrations.AddField(
            "entryfile",
            "scan",
            models.CharField(
                choices=[
                    ("not_scanned", "not_scanned"),
                    ("clean", "clean"),
                    ("infected", "infected"),
                    ("failed", "failed"),
                ],
                default="not_scanned",
                max_length=11,
            ),
        ),
        migrations.AddField(
            "entryfile",
            "scan_signature",
            models.CharField(blank=True, max_length=200, default=""),
            preserve_default=False,
        ),
        migrations.AddField("entryfile", "scan_attempts", models.PositiveSmallIntegerField(default=0)),
        migrations.AddIndex(
            "entryfile",
            models.Index(condition=models.Q(("scan", "failed")), fields=["id"], name="file_scan_failed"),
        ),
    ]
