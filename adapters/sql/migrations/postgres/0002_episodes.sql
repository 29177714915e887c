-- Episodes and alerts; what adaptive polling and quarantine remember; alarms. Only additions that an older program leaves
-- alone: it may work on beside a newer one.

-- What is remembered of a record beside its state.
ALTER TABLE record ADD COLUMN since_at TEXT COLLATE "C";  -- since when the last answers have told the same verdict and state
ALTER TABLE record ADD COLUMN strikes BIGINT NOT NULL DEFAULT 0;  -- failures in a row that are the record's own fault
ALTER TABLE record ADD COLUMN episode_no BIGINT;  -- while it fails: the episode of its last failure
ALTER TABLE record ADD COLUMN in_doubt_digest TEXT;  -- a write of which nobody knows whether it arrived
ALTER TABLE record ADD COLUMN question_digest TEXT COLLATE "C";  -- what was last asked: another question is due at once
ALTER TABLE record ADD COLUMN told_columns TEXT;  -- of the columns that the sink holds, those that the due list tells (JSON)
CREATE INDEX record_by_episode ON record (episode_no) WHERE episode_no IS NOT NULL;

-- Which episode an error belongs to.
ALTER TABLE error ADD COLUMN episode_no BIGINT;
CREATE INDEX error_by_episode ON error (episode_no) WHERE episode_no IS NOT NULL;

-- An alarm about a run's due list; what a skipped run found under way.
ALTER TABLE run ADD COLUMN alarm TEXT;  -- the code of the alarm: zero_records, sudden_drop
ALTER TABLE run ADD COLUMN busy_with TEXT COLLATE "C";  -- a skipped run: the run that was under way

-- One row per episode: the same error, from its first time until it is over.
CREATE TABLE episode (
    episode_no    BIGINT NOT NULL GENERATED ALWAYS AS IDENTITY PRIMARY KEY, -- what people quote
    company       TEXT COLLATE "C" NOT NULL,
    job           TEXT COLLATE "C" NOT NULL,
    fingerprint   TEXT COLLATE "C" NOT NULL,                                -- over stage, kind, code, endpoint, operation and signature
    signature     TEXT NOT NULL,                                            -- the text without numbers, keys, dates and quoted words
    stage         TEXT NOT NULL,
    kind          TEXT NOT NULL,
    code          TEXT NOT NULL,
    message       TEXT NOT NULL,                                            -- the first error, whole
    endpoint      TEXT,
    operation     TEXT,
    status        TEXT NOT NULL,                                            -- open, closed
    errors        BIGINT NOT NULL,                                          -- how many
    first_seen_at TEXT COLLATE "C" NOT NULL,
    last_seen_at  TEXT COLLATE "C" NOT NULL,
    last_run_id   TEXT COLLATE "C" NOT NULL,
    reopened      BIGINT NOT NULL DEFAULT 0,                                -- how often it came back within a day
    alerted       BIGINT NOT NULL DEFAULT 0,                                -- the count that was last told
    closed_at     TEXT COLLATE "C",
    closed_by     TEXT                                                      -- who closed it; empty if it recovered by itself
);
CREATE INDEX episode_by_signature ON episode (company, job, fingerprint);
CREATE INDEX episode_by_status ON episode (company, job, status);
CREATE INDEX episode_by_time ON episode (last_seen_at);

-- One row per alert. It is raised in the transaction that closes a run, and sent afterwards.
CREATE TABLE alert (
    alert_no    BIGINT NOT NULL GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    alert_id    TEXT COLLATE "C" NOT NULL UNIQUE,                         -- the same alert sent again carries the same id
    raised_at   TEXT COLLATE "C" NOT NULL,
    company     TEXT COLLATE "C" NOT NULL,
    job         TEXT COLLATE "C" NOT NULL,
    run_id      TEXT COLLATE "C" NOT NULL,                                -- the run whose end raised it
    kind        TEXT NOT NULL,                                            -- opened, grew, recovered, many
    episode_no  BIGINT,
    text_ko     TEXT NOT NULL,
    text_en     TEXT NOT NULL,
    attempts    BIGINT NOT NULL DEFAULT 0,                                -- how often it was taken to be sent
    taken_until TEXT COLLATE "C",                                         -- somebody is sending it until then
    sent_at     TEXT COLLATE "C"
);
CREATE INDEX alert_by_sent ON alert (sent_at, alert_no);

-- For staff. Open episodes, the last seen first.
CREATE VIEW v_open_errors AS
SELECT e.episode_no, e.company, e.job, e.stage, e.kind, e.code, e.errors,
       (SELECT COUNT(DISTINCT x.record_key) FROM error AS x WHERE x.episode_no = e.episode_no) AS records,
       (SELECT COUNT(*) FROM record AS r WHERE r.episode_no = e.episode_no AND r.failures > 0) AS still_failing,
       e.first_seen_at, e.last_seen_at, e.reopened, e.message, e.endpoint, e.operation, e.last_run_id
FROM episode AS e WHERE e.status = 'open';

-- The last run of each company and job, skipped ones aside.
CREATE VIEW v_last_runs AS
SELECT r.company, r.job, r.run_id, r.status, r.triggered_by, r.started_at, r.closed_at, r.due, r.pushed, r.unchanged,
       r.not_found, r.failed, r.deferred, r.balanced, r.alarm, r.customs_calls, r.calls_saved, r.elapsed_ms, r.error,
       (SELECT COUNT(*) FROM run AS s WHERE s.company = r.company AND s.job = r.job AND s.status = 'skipped'
        AND s.fence > r.fence) AS skipped_since
FROM job AS j JOIN run AS r ON r.company = j.company AND r.job = j.job AND r.fence =
       (SELECT MAX(l.fence) FROM run AS l WHERE l.company = j.company AND l.job = j.job AND l.status <> 'skipped');

-- What is known about each record, and what it waits for.
CREATE VIEW v_record_status AS
SELECT r.company, r.job, r.record_key, r.verdict, r.status, r.status_phase, r.status_as_of, r.since_at, r.observed_at,
       r.pushes, r.pushed_observed_at, r.outcome, r.outcome_reason, r.outcome_at, r.outcome_run_id, r.failures, r.strikes,
       r.episode_no, r.quarantined_until, r.next_look_at,
       CASE WHEN r.in_doubt_digest IS NULL THEN 0 ELSE 1 END AS in_doubt,
       CASE WHEN r.claim_owner IS NULL THEN 0 ELSE 1 END AS under_way
FROM record AS r WHERE r.outcome IS NOT NULL;

INSERT INTO schema_version (version, works_with) VALUES (2, 1);
