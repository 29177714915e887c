-- The ledger: runs, records, errors, quota. Times are UTC texts, `2026-11-23T03:17:05.123Z`; yes and no are 1 and 0.
-- What is sorted or compared by size has the collation "C", so that it sorts alike on every server.

-- Which programs this schema suits: those that know `version`, and older ones down to `works_with`.
CREATE TABLE schema_version (
    version    BIGINT NOT NULL PRIMARY KEY,
    works_with BIGINT NOT NULL
);
INSERT INTO schema_version (version, works_with) VALUES (1, 1);

-- One row per company and job: the fencing token of its latest run.
CREATE TABLE job (
    company TEXT COLLATE "C" NOT NULL,
    job     TEXT COLLATE "C" NOT NULL,
    fence   BIGINT           NOT NULL,
    PRIMARY KEY (company, job)
);

-- One row per run: its lease, its counts, and how it ended.
CREATE TABLE run (
    run_id        TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    company       TEXT COLLATE "C" NOT NULL,
    job           TEXT COLLATE "C" NOT NULL,
    fence         BIGINT           NOT NULL,
    lane          TEXT             NOT NULL,            -- main, urgent
    triggered_by  TEXT             NOT NULL,            -- schedule, keys
    instance      TEXT             NOT NULL,            -- who runs: the host
    boot          TEXT             NOT NULL,            -- which process of it
    status        TEXT             NOT NULL,            -- planning, dispatched, succeeded, failed
    started_at    TEXT COLLATE "C" NOT NULL,
    lease_until   TEXT COLLATE "C",                     -- while planning: dead after this
    not_after     TEXT COLLATE "C",                     -- once dispatched: chunks are too late after this
    closed_at     TEXT COLLATE "C",
    due           BIGINT           NOT NULL DEFAULT 0,  -- records on the due list
    dispatched    BIGINT           NOT NULL DEFAULT 0,  -- records handed over in chunks
    settled       BIGINT           NOT NULL DEFAULT 0,  -- of those: accounted for
    pushed        BIGINT           NOT NULL DEFAULT 0,
    unchanged     BIGINT           NOT NULL DEFAULT 0,
    not_found     BIGINT           NOT NULL DEFAULT 0,
    failed        BIGINT           NOT NULL DEFAULT 0,
    deferred      BIGINT           NOT NULL DEFAULT 0,
    balanced      BIGINT,                               -- once closed: pushed + unchanged + not_found + failed + deferred = due
    customs_calls BIGINT           NOT NULL DEFAULT 0,
    calls_saved   BIGINT           NOT NULL DEFAULT 0,
    sap_reads     BIGINT           NOT NULL DEFAULT 0,
    sap_writes    BIGINT           NOT NULL DEFAULT 0,
    elapsed_ms    BIGINT,
    error         TEXT                                  -- why the run failed, if it did
);
CREATE UNIQUE INDEX run_by_fence ON run (company, job, fence);
CREATE INDEX run_by_start ON run (started_at);
CREATE INDEX run_by_status ON run (company, job, status);

-- Why records of a run failed (by code) or were left for later (by reason).
CREATE TABLE run_reason (
    run_id  TEXT COLLATE "C" NOT NULL REFERENCES run (run_id) ON DELETE CASCADE,
    outcome TEXT COLLATE "C" NOT NULL,  -- failed, deferred
    reason  TEXT COLLATE "C" NOT NULL,
    records BIGINT           NOT NULL,
    PRIMARY KEY (run_id, outcome, reason)
);

-- Which records of an open run's chunk are settled (a JSON list of keys), so that a second delivery does nothing.
-- The rows go when the run is closed.
CREATE TABLE chunk (
    run_id       TEXT COLLATE "C" NOT NULL REFERENCES run (run_id) ON DELETE CASCADE,
    chunk        BIGINT           NOT NULL,
    settled_keys TEXT             NOT NULL,
    PRIMARY KEY (run_id, chunk)
);

-- One row per record of a job: what is known, what was written, and who works on it.
CREATE TABLE record (
    company            TEXT COLLATE "C" NOT NULL,
    job                TEXT COLLATE "C" NOT NULL,
    record_key         TEXT COLLATE "C" NOT NULL,
    verdict            TEXT,                                 -- of the last answered question: found, not_found, many, mismatch, error(...)
    observed_at        TEXT COLLATE "C",                     -- when that was asked
    status             TEXT,                                 -- the state then, in customs' own words
    status_as_of       TEXT COLLATE "C",
    status_phase       TEXT,                                 -- moving, final
    pushed_digest      TEXT,                                 -- what the sink holds, as far as we know
    pushed_observed_at TEXT COLLATE "C",
    pushes             BIGINT           NOT NULL DEFAULT 0,
    corrected_at       TEXT COLLATE "C",                     -- when a correction by customs was last written
    failures           BIGINT           NOT NULL DEFAULT 0,  -- in a row
    quarantined_until  TEXT COLLATE "C",
    next_look_at       TEXT COLLATE "C",
    outcome            TEXT COLLATE "C",                     -- of the last run: pushed, unchanged, not_found, failed, deferred
    outcome_reason     TEXT,                                 -- the error's code, or why it was deferred
    outcome_at         TEXT COLLATE "C",
    outcome_run_id     TEXT COLLATE "C",
    claim_owner        TEXT,                                 -- who works on it now
    claim_run_id       TEXT COLLATE "C",
    claim_chunk        BIGINT,
    claim_until        TEXT COLLATE "C",
    PRIMARY KEY (company, job, record_key)
);
CREATE INDEX record_by_key ON record (record_key);

-- One row per error. `error_no` is what people quote; `error_id` makes the same report one row.
CREATE TABLE error (
    error_no    BIGINT           NOT NULL GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    error_id    TEXT COLLATE "C" NOT NULL UNIQUE,
    happened_at TEXT COLLATE "C" NOT NULL,
    company     TEXT COLLATE "C" NOT NULL,
    job         TEXT COLLATE "C" NOT NULL,
    run_id      TEXT COLLATE "C" NOT NULL,
    record_key  TEXT COLLATE "C",
    stage       TEXT             NOT NULL,  -- plan, fetch, dispatch, query, map, deliver, settle
    kind        TEXT             NOT NULL,
    code        TEXT             NOT NULL,
    message     TEXT             NOT NULL,  -- the error and its causes, whole
    endpoint    TEXT,
    operation   TEXT,
    record      TEXT                        -- the record as it was, as JSON, for a replay
);
CREATE INDEX error_by_time ON error (happened_at);
CREATE INDEX error_by_run ON error (run_id);
CREATE INDEX error_by_key ON error (record_key);

-- Calls used per budget (a service's key, by its id) and Korean day.
CREATE TABLE quota (
    budget TEXT COLLATE "C" NOT NULL,
    day    TEXT COLLATE "C" NOT NULL,  -- 2026-11-23
    used   BIGINT           NOT NULL,
    PRIMARY KEY (budget, day)
);

-- The token bucket of a budget: when it is full again if nobody takes from it. To the nanosecond, not to be generous.
CREATE TABLE bucket (
    budget  TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    full_at TEXT COLLATE "C" NOT NULL
);
