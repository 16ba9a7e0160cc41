"""A body with very many cases, made by SQL in minutes: what years of service leave behind.

About three cases in a hundred are open, one waits for the person, the rest are closed; each has a question and an answer. One
case in eleven says "contenedor" (a common word), one in 50,000 "yacaré" (a rare one).
"""

from typing import Any

from django.db import connection

from ventanilla.messages import codes

COMMON_WORD = "contenedor"
RARE_WORD = "yacaré"

STATEMENTS = (
    """
    INSERT INTO contacts_contact (id, public_body_id, name, created_at)
    OVERRIDING SYSTEM VALUE
    SELECT n, %(body)s, 'Persona ' || n, now() - interval '3 years' FROM generate_series(%(first)s, %(last)s) AS n WHERE n %% 2 = 0
    """,
    """
    INSERT INTO contacts_contactaddress (public_body_id, contact_id, kind, value, is_verified, is_undeliverable)
    SELECT %(body)s, n, 'email', 'vieja.' || n || '@correo.example', false, false
    FROM generate_series(%(first)s, %(last)s) AS n WHERE n %% 2 = 0
    """,
    """
    INSERT INTO cases_case (
        id, public_body_id, code, type, state, subject, contact_id, service_id, opened_at, last_activity_at, closed_at,
        key_version
    )
    OVERRIDING SYSTEM VALUE
    SELECT n, %(body)s, pg_temp.code_of(n),
           (ARRAY['information', 'information', 'claim', 'complaint', 'suggestion', 'thanks'])[1 + n %% 6],
           CASE WHEN n %% 100 < 3 THEN 'open' WHEN n %% 100 = 3 THEN 'waiting_citizen' ELSE 'closed' END,
           'Consulta sobre ' || (ARRAY['licencia', 'patente', 'árbol', 'feria', 'multa', 'permiso', 'alumbrado'])[1 + n %% 7] || ' ' || n,
           n - n %% 2, %(service)s, moment, moment + interval '1 day',
           CASE WHEN n %% 100 > 3 THEN moment + interval '1 day' END, 0
    FROM (
        SELECT n, now() - (%(last)s - n + 1) * (interval '3 years' / %(last)s) AS moment FROM generate_series(%(first)s, %(last)s) AS n
    ) AS numbered
    """,
    """
    INSERT INTO cases_participant (case_id, contact_id, kind, value, name, is_copied)
    SELECT n, n - n %% 2, 'email', 'vieja.' || (n - n %% 2) || '@correo.example', '', false
    FROM generate_series(%(first)s, %(last)s) AS n
    """,
    """
    INSERT INTO cases_entry (
        public_body_id, case_id, kind, direction, channel, account_id, contact_id, author_id, at, subject, text, full_text, html,
        external_id, fingerprint, in_reply_to, "references", sender, recipients, is_automatic, event, facts
    )
    SELECT matter.public_body_id, matter.id, 'message', said.direction, 'email', %(account)s,
           CASE WHEN said.direction = 'in' THEN matter.contact_id END, CASE WHEN said.direction = 'out' THEN %(user)s END,
           matter.opened_at + said.later, matter.subject,
           'Buenas tardes, escribo por el trámite ' || matter.id || '. '
               || (ARRAY['El vecino', 'La escuela', 'La plaza', 'Mi madre', 'El comercio'])[1 + matter.id %% 5]
               || CASE WHEN matter.id %% 11 = 0 THEN ' reclama por el contenedor de la esquina' ELSE ' necesita saber el horario' END
               || CASE WHEN matter.id %% 50000 = 0 THEN ' y vio un yacaré' ELSE '' END || '. Muchas gracias.',
           '', '', said.direction || '.vieja.' || matter.id || '@correo.example', md5(matter.id::text), '', '[]',
           CASE WHEN said.direction = 'in'
                THEN jsonb_build_object('kind', 'email', 'value', 'vieja.' || matter.contact_id || '@correo.example', 'name', '')
                ELSE '{}' END,
           '[]', false, '', '{}'
    FROM cases_case AS matter
    CROSS JOIN (VALUES ('in', interval '0'), ('out', interval '20 hours')) AS said (direction, later)
    WHERE matter.id BETWEEN %(first)s AND %(last)s AND (said.direction = 'in' OR matter.state <> 'open')
    """,
    """
    INSERT INTO routing_assignment (public_body_id, case_id, team_id, agent_id, assigned_at, is_open, explanation)
    SELECT %(body)s, matter.id, (%(teams)s::bigint[])[1 + matter.id %% cardinality(%(teams)s::bigint[])],
           CASE WHEN matter.id %% 5 > 0 THEN (%(agents)s::bigint[])[1 + matter.id %% cardinality(%(agents)s::bigint[])] END,
           matter.opened_at, matter.state <> 'closed', '{}'
    FROM cases_case AS matter WHERE matter.id BETWEEN %(first)s AND %(last)s
    """,
    """
    INSERT INTO sla_clock (
        public_body_id, case_id, policy_id, kind, state, started_at, stretches, running_since, target_seconds, due_at, warn_at,
        stopped_at, calendar_version, is_restart, channel
    )
    SELECT %(body)s, matter.id, %(policy)s, 'first_response', ended.state,
           matter.opened_at, '[]', CASE WHEN matter.state = 'open' THEN matter.opened_at END, 86400,
           due.at, due.at - interval '4 hours',
           CASE ended.state WHEN 'met' THEN matter.opened_at + interval '20 hours'
                            WHEN 'missed' THEN matter.opened_at + interval '30 hours' END, 1, false, 'email'
    FROM cases_case AS matter
    -- Open promises lie around now, as in a centre that keeps up; closed ones lay a day after the case was opened.
    CROSS JOIN LATERAL (
        SELECT CASE WHEN matter.state = 'open' THEN now() + (matter.id %% 4000 - 400) * interval '1 minute'
                    ELSE matter.opened_at + interval '1 day' END AS at
    ) AS due
    CROSS JOIN LATERAL (
        SELECT CASE WHEN matter.state = 'open' THEN 'running' WHEN matter.id %% 20 = 7 THEN 'missed' ELSE 'met' END AS state
    ) AS ended
    WHERE matter.id BETWEEN %(first)s AND %(last)s
    """,
)

CODE_OF = f"""
CREATE OR REPLACE FUNCTION pg_temp.code_of(number bigint) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    alphabet text := '{codes.ALPHABET}';
    spread numeric := (number::numeric * {codes._STEP} + {codes._START}) % {codes.SPACE};
    digit int;
    checked int := 0;
    body text := '';
BEGIN
    FOR place IN 1 .. {codes.BODY_LENGTH} LOOP
        digit := spread % {codes.BASE};
        spread := div(spread, {codes.BASE});
        body := body || substr(alphabet, digit + 1, 1);
        checked := checked + place * digit;
    END LOOP;
    RETURN left(body, 4) || '-' || substr(body, 5) || substr(alphabet, checked % {codes.BASE} + 1, 1);
END $$
"""
"""messages.codes.encode in the database's own language; checked against it before it is used."""

SEQUENCES = """
SELECT setval(pg_get_serial_sequence('contacts_contact', 'id'), %(last)s + 1),
       setval(pg_get_serial_sequence('cases_case', 'id'), %(last)s + 1)
"""


def fill(first: int, last: int, **named: object) -> None:
    """Make the cases numbered `first` to `last`; `named` are ids: body, service, account, user, policy, teams, agents."""
    from ventanilla.worklist.actions.statements import REFRESH, REINDEX

    values: dict[str, Any] = {"first": first, "last": last, **named}
    with connection.cursor() as cursor:
        cursor.execute(CODE_OF)
        cursor.execute("SELECT pg_temp.code_of(%s)", [last])
        assert cursor.fetchone() == (codes.encode(last),)
        cursor.execute(
            "SET synchronous_commit = off; SET session_replication_role = replica; SET maintenance_work_mem = '512MB'"
        )
        for statement in STATEMENTS:
            cursor.execute(statement, values)
        cursor.execute(SEQUENCES, values)
        cursor.execute("RESET session_replication_role")
        # Its trigger kept still meanwhile, as all of them.
        cursor.execute("SELECT routing_recount_loads()")
        for table in (
            "cases_case",
            "cases_entry",
            "contacts_contact",
            "routing_assignment",
            "sla_clock",
            "cases_participant",
        ):
            cursor.execute(f"ANALYZE {table}")
        for start in range(first, last + 1, 50_000):
            ids = list(range(start, min(start + 50_000, last + 1)))
            cursor.execute(REFRESH, {"case_ids": ids})
            cursor.execute(REINDEX, {"case_ids": ids})
        cursor.execute("VACUUM ANALYZE worklist_row")
        cursor.execute("VACUUM ANALYZE worklist_searchtext")
        cursor.execute("RESET synchronous_commit")
