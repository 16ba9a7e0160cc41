"""The statements that make rows and search texts from the rooms below."""

REFRESH = """
INSERT INTO worklist_row (
    case_id, public_body_id, code, subject, excerpt, type, state, channel, account_id, contact_id, contact_name, service_id,
    team_id, also_team_ids, agent_user_id, opened_at, last_activity_at, closed_at,
    first_response_due_at, first_responded_at, resolution_due_at, next_due_at, next_warn_at, due_order,
    promise_kept_at, promise_missed_at, is_paused,
    referred_team_id, referred_to, referral_due_at, referral_warn_at,
    is_unread, has_failed_delivery, message_count, language, is_preferential
)
SELECT
    matter.id, matter.public_body_id, matter.code, matter.subject,
    left(regexp_replace(coalesce(latest.text, ''), '\\s+', ' ', 'g'), 200),
    matter.type, matter.state, coalesce(earliest.channel, ''), earliest.account_id,
    coalesce(contact.merged_into_id, contact.id), coalesce(nullif(contact.name, ''), person.value, ''), matter.service_id,
    assignment.team_id, coalesce(also.team_ids, '[]'::jsonb), agent.user_id,
    matter.opened_at, matter.last_activity_at, matter.closed_at,
    clocks.first_response_due_at, said.first_responded_at, clocks.resolution_due_at, clocks.next_due_at, clocks.next_warn_at,
    coalesce(clocks.next_due_at, '9999-12-31 00:00:00+00'),
    clocks.promise_kept_at, clocks.promise_missed_at,
    coalesce(clocks.is_paused, false),
    referred.team_id, coalesce(referred.name, ''), owed.due_at, owed.warn_at,
    coalesce(latest.direction = 'in', false), false, coalesce(said.messages, 0),
    coalesce(needs.language, ''), coalesce(needs.preferential_reason, '') <> ''
FROM cases_case AS matter
LEFT JOIN contacts_contact AS contact ON contact.id = matter.contact_id
LEFT JOIN routing_assignment AS assignment ON assignment.case_id = matter.id
LEFT JOIN workforce_agent AS agent ON agent.id = assignment.agent_id
LEFT JOIN routing_needs AS needs ON needs.case_id = matter.id
LEFT JOIN LATERAL (
    SELECT entry.channel, entry.account_id FROM cases_entry AS entry
    WHERE entry.case_id = matter.id AND entry.kind = 'message' ORDER BY entry.at, entry.id LIMIT 1
) AS earliest ON true
LEFT JOIN LATERAL (
    SELECT left(entry.text, 400) AS text, entry.direction FROM cases_entry AS entry
    WHERE entry.case_id = matter.id AND entry.kind = 'message' AND NOT (entry.direction = 'out' AND entry.is_automatic)
    ORDER BY entry.at DESC, entry.id DESC LIMIT 1
) AS latest ON true
LEFT JOIN LATERAL (
    SELECT count(*) FILTER (WHERE entry.kind = 'message') AS messages,
           min(entry.at) FILTER (
               WHERE entry.kind = 'message' AND entry.direction = 'out' AND entry.author_id IS NOT NULL
           ) AS first_responded_at
    FROM cases_entry AS entry WHERE entry.case_id = matter.id
) AS said ON true
LEFT JOIN LATERAL (
    SELECT participant.value FROM cases_participant AS participant
    WHERE participant.case_id = matter.id AND participant.kind NOT IN ('portal', 'gubuy')  -- these tell nobody who she is
    ORDER BY participant.is_copied, participant.id LIMIT 1
) AS person ON true
LEFT JOIN LATERAL (
    SELECT jsonb_agg(seen.team_id ORDER BY seen.team_id) AS team_ids FROM routing_alsoseenby AS seen WHERE seen.case_id = matter.id
) AS also ON true
LEFT JOIN LATERAL (
    SELECT min(clock.due_at) FILTER (WHERE clock.kind = 'first_response' AND NOT clock.is_restart) AS first_response_due_at,
           max(clock.due_at) FILTER (WHERE clock.kind = 'resolution') AS resolution_due_at,
           min(clock.due_at) FILTER (WHERE clock.state = 'running') AS next_due_at,
           min(clock.warn_at) FILTER (WHERE clock.state = 'running') AS next_warn_at,
           max(clock.stopped_at) FILTER (WHERE clock.state = 'met') AS promise_kept_at,
           max(clock.stopped_at) FILTER (WHERE clock.state = 'missed') AS promise_missed_at,
           bool_or(clock.state = 'paused') AND NOT bool_or(clock.state = 'running') AS is_paused
    FROM sla_clock AS clock
    -- What the second level owes to the centre is no promise to the person.
    WHERE clock.case_id = matter.id AND clock.state <> 'cancelled' AND clock.kind <> 'referral'
) AS clocks ON true
LEFT JOIN LATERAL (
    SELECT referral.team_id, left(coalesce(unit.name, body.name), 200) AS name FROM routing_referral AS referral
    LEFT JOIN organisation_unit AS unit ON unit.id = referral.unit_id
    LEFT JOIN organisation_publicbody AS body ON body.id = referral.to_body_id
    WHERE referral.case_id = matter.id AND referral.state = 'open'
) AS referred ON true
LEFT JOIN LATERAL (
    SELECT min(clock.due_at) AS due_at, min(clock.warn_at) AS warn_at FROM sla_clock AS clock
    WHERE clock.case_id = matter.id AND clock.kind = 'referral' AND clock.state = 'running'
) AS owed ON true
WHERE matter.id = ANY(%(case_ids)s)
ORDER BY matter.id  -- so that two batches lock the rows in the same order
ON CONFLICT (case_id) DO UPDATE SET
    subject = EXCLUDED.subject, excerpt = EXCLUDED.excerpt, type = EXCLUDED.type, state = EXCLUDED.state,
    channel = EXCLUDED.channel, account_id = EXCLUDED.account_id,
    contact_id = EXCLUDED.contact_id, contact_name = EXCLUDED.contact_name, service_id = EXCLUDED.service_id,
    team_id = EXCLUDED.team_id, also_team_ids = EXCLUDED.also_team_ids, agent_user_id = EXCLUDED.agent_user_id,
    opened_at = EXCLUDED.opened_at, last_activity_at = EXCLUDED.last_activity_at, closed_at = EXCLUDED.closed_at,
    first_response_due_at = EXCLUDED.first_response_due_at, first_responded_at = EXCLUDED.first_responded_at,
    resolution_due_at = EXCLUDED.resolution_due_at, next_due_at = EXCLUDED.next_due_at,
    next_warn_at = EXCLUDED.next_warn_at, due_order = EXCLUDED.due_order,
    promise_kept_at = EXCLUDED.promise_kept_at, promise_missed_at = EXCLUDED.promise_missed_at, is_paused = EXCLUDED.is_paused,
    referred_team_id = EXCLUDED.referred_team_id, referred_to = EXCLUDED.referred_to,
    referral_due_at = EXCLUDED.referral_due_at, referral_warn_at = EXCLUDED.referral_warn_at,
    message_count = EXCLUDED.message_count,
    language = EXCLUDED.language, is_preferential = EXCLUDED.is_preferential
"""

# Of a case that only found an agent nothing else is new, and counting its messages again would cost ten times as much.
HAND_OVER = """
UPDATE worklist_row AS line SET team_id = assignment.team_id, agent_user_id = agent.user_id
FROM routing_assignment AS assignment LEFT JOIN workforce_agent AS agent ON agent.id = assignment.agent_id
WHERE line.case_id = ANY(%(case_ids)s) AND assignment.case_id = line.case_id
"""

# Few cases of a batch change sides, and those that do not are not touched: a search text is written anew in all its
# indexes.
REFRESH_SEARCH = """
UPDATE worklist_searchtext AS text SET is_open = matter.state <> 'closed'
FROM cases_case AS matter
WHERE matter.id = ANY(%(case_ids)s) AND text.case_id = matter.id AND text.is_open <> (matter.state <> 'closed')
"""

# PostgreSQL refuses a tsvector past 1 MB; a text past the limit is searched by its beginning, and a case whose vector is
# full keeps what it has.
TEXT_LIMIT = 50_000
VECTOR_LIMIT_BYTES = 500_000

INDEX_ENTRIES = f"""
INSERT INTO worklist_searchtext (case_id, public_body_id, vector, is_open)
SELECT matter.id, matter.public_body_id,
       to_tsvector('ventanilla', concat_ws(' ', matter.subject, contact.name, said.senders, said.text)),
       matter.state <> 'closed'
FROM (
    SELECT entry.case_id, string_agg(left(concat_ws(' ', entry.subject, entry.text), {TEXT_LIMIT}), ' ') AS text,
           string_agg(DISTINCT concat_ws(' ', entry.sender ->> 'name', entry.sender ->> 'value'), ' ') AS senders
    FROM cases_entry AS entry WHERE entry.id = ANY(%(entry_ids)s) AND entry.kind <> 'event' GROUP BY entry.case_id
) AS said
JOIN cases_case AS matter ON matter.id = said.case_id
LEFT JOIN contacts_contact AS contact ON contact.id = matter.contact_id
ON CONFLICT (case_id) DO UPDATE SET
    vector = CASE WHEN pg_column_size(worklist_searchtext.vector) < {VECTOR_LIMIT_BYTES}
                  THEN worklist_searchtext.vector || EXCLUDED.vector ELSE worklist_searchtext.vector END,
    is_open = EXCLUDED.is_open
"""

REINDEX = f"""
INSERT INTO worklist_searchtext (case_id, public_body_id, vector, is_open)
SELECT matter.id, matter.public_body_id,
       to_tsvector('ventanilla', left(concat_ws(' ', matter.subject, contact.name, said.senders, said.text), {VECTOR_LIMIT_BYTES})),
       matter.state <> 'closed'
FROM cases_case AS matter
LEFT JOIN contacts_contact AS contact ON contact.id = matter.contact_id
LEFT JOIN LATERAL (
    SELECT string_agg(left(concat_ws(' ', entry.subject, entry.text), {TEXT_LIMIT}), ' ') AS text,
           string_agg(DISTINCT concat_ws(' ', entry.sender ->> 'name', entry.sender ->> 'value'), ' ') AS senders
    FROM cases_entry AS entry WHERE entry.case_id = matter.id AND entry.kind <> 'event'
) AS said ON true
WHERE matter.id = ANY(%(case_ids)s)
ON CONFLICT (case_id) DO UPDATE SET vector = EXCLUDED.vector, is_open = EXCLUDED.is_open
"""
