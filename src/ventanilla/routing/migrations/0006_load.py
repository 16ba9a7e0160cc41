"""What each agent's open cases weigh, kept beside her turn by whatever statement changes an assignment."""

from django.db import migrations, models

COUNT = """
CREATE FUNCTION routing_count_load() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- In the order of the agents, as everything that holds their turns does.
    IF TG_OP = 'INSERT' THEN
        INSERT INTO routing_turn (agent_id, last_assigned_at, load)
        SELECT agent_id, 'epoch', sum(weight) FROM fresh WHERE is_open AND agent_id IS NOT NULL
        GROUP BY agent_id ORDER BY agent_id
        ON CONFLICT (agent_id) DO UPDATE SET load = routing_turn.load + EXCLUDED.load;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO routing_turn (agent_id, last_assigned_at, load)
        SELECT agent_id, 'epoch', -sum(weight) FROM stale WHERE is_open AND agent_id IS NOT NULL
        GROUP BY agent_id ORDER BY agent_id
        ON CONFLICT (agent_id) DO UPDATE SET load = routing_turn.load + EXCLUDED.load;
    ELSE
        INSERT INTO routing_turn (agent_id, last_assigned_at, load)
        SELECT agent_id, 'epoch', sum(weight) FROM (
            SELECT agent_id, weight FROM fresh WHERE is_open AND agent_id IS NOT NULL
            UNION ALL
            SELECT agent_id, -weight FROM stale WHERE is_open AND agent_id IS NOT NULL
        ) AS changed
        GROUP BY agent_id HAVING sum(weight) <> 0 ORDER BY agent_id
        ON CONFLICT (agent_id) DO UPDATE SET load = routing_turn.load + EXCLUDED.load;
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER routing_load_inserted AFTER INSERT ON routing_assignment
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION routing_count_load();
CREATE TRIGGER routing_load_updated AFTER UPDATE ON routing_assignment
    REFERENCING OLD TABLE AS stale NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION routing_count_load();
CREATE TRIGGER routing_load_deleted AFTER DELETE ON routing_assignment
    REFERENCING OLD TABLE AS stale FOR EACH STATEMENT EXECUTE FUNCTION routing_count_load();

CREATE FUNCTION routing_recount_loads() RETURNS void LANGUAGE sql AS $$
    UPDATE routing_turn SET load = 0 WHERE load <> 0;
    INSERT INTO routing_turn (agent_id, last_assigned_at, load)
    SELECT agent_id, 'epoch', sum(weight) FROM routing_assignment WHERE is_open AND agent_id IS NOT NULL
    GROUP BY agent_id ORDER BY agent_id
    ON CONFLICT (agent_id) DO UPDATE SET load = EXCLUDED.load;
$$;

SELECT routing_recount_loads();
"""

FORGET = """
DROP FUNCTION routing_recount_loads();
DROP FUNCTION routing_count_load() CASCADE;
"""


class Migration(migrations.Migration):
    dependencies = [("routing", "0005_fair_work")]

    operations = [
        migrations.AddField("turn", "load", models.IntegerField(db_default=0)),
        migrations.RunSQL(COUNT, FORGET),
    ]
