"""A provider is a contract of its own: the name that teams carried becomes a row."""

from typing import Any, ClassVar

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.manager
from django.db import migrations, models


def give_each_name_a_contract(apps: Any, schema_editor: Any) -> None:
    """From the first day that anybody could have meant, and without end: nobody's sight may shrink by an upgrade."""
    team_model, provider_model = apps.get_model("workforce", "Team"), apps.get_model("workforce", "Provider")
    for team in team_model.unscoped.exclude(provider_name="").order_by("pk"):
        provider, _is_new = provider_model.unscoped.get_or_create(
            public_body_id=team.public_body_id, name=team.provider_name, defaults={"contract_from_on": "2000-01-01"}
        )
        team_model.unscoped.filter(pk=team.pk).update(provider=provider)


def give_each_team_its_name(apps: Any, schema_editor: Any) -> None:
    team_model = apps.get_model("workforce", "Team")
    for team in team_model.unscoped.exclude(provider=None).select_related("provider"):
        team_model.unscoped.filter(pk=team.pk).update(provider_name=team.provider.name)


class Migration(migrations.Migration):
    dependencies: ClassVar = [("organisation", "0001_initial"), ("workforce", "0001_initial")]

    operations: ClassVar = [
        migrations.CreateModel(
            name="Provider",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=200, verbose_name="nombre")),
                ("contract_from_on", models.DateField(verbose_name="contrato desde")),
                ("contract_until_on", models.DateField(blank=True, null=True, verbose_name="contrato hasta")),
                (
                    "channels",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=30),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="canales",
                    ),
                ),
                (
                    "public_body",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisation.publicbody"
                    ),
                ),
            ],
            options={
                "verbose_name": "proveedor",
                "verbose_name_plural": "proveedores",
                "abstract": False,
                "base_manager_name": "unscoped",
                "constraints": [
                    models.UniqueConstraint(fields=("public_body", "name"), name="provider_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("contract_until_on__isnull", True),
                            ("contract_until_on__gte", models.F("contract_from_on")),
                            _connector="OR",
                        ),
                        name="contract_runs_forward",
                    ),
                ],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("unscoped", django.db.models.manager.Manager()),
            ],
        ),
        migrations.AddField(
            model_name="team",
            name="provider",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="workforce.provider",
                verbose_name="proveedor",
            ),
        ),
        migrations.RunPython(give_each_name_a_contract, give_each_team_its_name),
    ]
