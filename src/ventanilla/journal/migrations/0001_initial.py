"""The journal's table by SQL: Django knows neither partitions nor triggers."""

from typing import ClassVar

from django.db import migrations, models

CREATE = """
CREATE SEQUENCE journal_fact_id_seq AS bigint;
CREATE TABLE journal_fact (
    id bigint NOT NULL DEFAULT nextval('journal_fact_id_seq'),
    happened_at timestamptz NOT NULL,
    kind varchar(60) NOT NULL,
    public_body_id bigint,
    actor_kind varchar(10) NOT NULL,
    actor_id bigint,
    case_id bigint,
    channel varchar(30) NOT NULL DEFAULT '',
    case_type varchar(20) NOT NULL DEFAULT '',
    service_id bigint,
    unit_id bigint,
    team_id bigint,
    agent_id bigint,
    elapsed_seconds bigint,
    business_seconds bigint,
    is_within_target boolean,
    details jsonb NOT NULL DEFAULT '{}',
    PRIMARY KEY (id, happened_at)
) PARTITION BY RANGE (happened_at);
ALTER SEQUENCE journal_fact_id_seq OWNED BY journal_fact.id;
CREATE INDEX journal_fact_kind ON journal_fact (public_body_id, kind, happened_at);
CREATE INDEX journal_fact_case ON journal_fact (case_id) WHERE case_id IS NOT NULL;

CREATE FUNCTION journal_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the journal is append-only: % refused', TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER journal_append_only BEFORE UPDATE OR DELETE ON journal_fact
    FOR EACH ROW EXECUTE FUNCTION journal_refuse_change();
CREATE TRIGGER journal_no_truncate BEFORE TRUNCATE ON journal_fact
    FOR EACH STATEMENT EXECUTE FUNCTION journal_refuse_change();

-- Months that no partition was made for land here, so that no fact is ever refused for its date.
CREATE TABLE journal_fact_other PARTITION OF journal_fact DEFAULT;

CREATE FUNCTION journal_make_partitions(first_month date, months integer) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    month date;
BEGIN
    FOR step IN 0 .. months - 1 LOOP
        month := (date_trunc('month', first_month) + make_interval(months => step))::date;
        EXECUTE format(
            'CREATE TABLE IF NOT EXISTS %I PARTITION OF journal_fact FOR VALUES FROM (%L) TO (%L)',
            'journal_fact_' || to_char(month, 'YYYY_MM'),
            month::timestamp AT TIME ZONE 'UTC',
            (month + interval '1 month')::timestamp AT TIME ZONE 'UTC'
        );
    END LOOP;
END $$;
SELECT journal_make_partitions((now() - interval '12 months')::date, 24);
"""

DROP = """
DROP TABLE journal_fact CASCADE;
DROP FUNCTION journal_make_partitions(date, integer);
DROP FUNCTION journal_refuse_change();
"""


class Migration(migrations.Migration):
    initial = True
    dependencies: ClassVar = []
    operations: ClassVar = [
        migrations.RunSQL(
            CREATE,
            DROP,
            state_operations=[
                migrations.CreateModel(
                    name="Fact",
                    fields=[
                        ("id", models.BigAutoField(primary_key=True, serialize=False)),
                        ("happened_at", models.DateTimeField()),
                        ("kind", models.CharField(max_length=60)),
                        ("public_body_id", models.BigIntegerField(null=True)),
                        ("actor_kind", models.CharField(max_length=10)),
                        ("actor_id", models.BigIntegerField(null=True)),
                        ("case_id", models.BigIntegerField(null=True)),
                        ("channel", models.CharField(default="", max_length=30)),
                        ("case_type", models.CharField(default="", max_length=20)),
                        ("service_id", models.BigIntegerField(null=True)),
                        ("unit_id", models.BigIntegerField(null=True)),
                        ("team_id", models.BigIntegerField(null=True)),
                        ("agent_id", models.BigIntegerField(null=True)),
                        ("elapsed_seconds", models.BigIntegerField(null=True)),
                        ("business_seconds", models.BigIntegerField(null=True)),
                        ("is_within_target", models.BooleanField(null=True)),
                        ("details", models.JSONField(default=dict)),
                    ],
                    options={"db_table": "journal_fact", "managed": False},
                )
            ],
        )
    ]
