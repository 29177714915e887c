-- The ledger: runs, records, errors, quota. Times are UTC texts, `2026-11-23T03:17:05.123Z`; yes and no are 1 and 0.
-- For MariaDB and MySQL. The lengths of keys are bound by what an index holds.

-- Which programs this schema suits: those that know `version`, and older ones down to `works_with`.
CREATE TABLE schema_version (
    version    BIGINT NOT NULL PRIMARY KEY,
    works_with BIGINT NOT NULL
) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
INSERT INTO schema_version (version, works_with) VALUES (1, 1);

-- One row per company and job: the fencing token of its latest run.
CREATE TABLE job (
    company VARCHAR(64) NOT NULL,
    job     VARCHAR(64) NOT NULL,
    fence   BIGINT      NOT NULL,
    PRIMARY KEY (company, job)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- One row per run: its lease, its counts, and how it ended.
CREATE TABLE run (
    run_id        VARCHAR(64)  NOT NULL PRIMARY KEY,
    company       VARCHAR(64)  NOT NULL,
    job           VARCHAR(64)  NOT NULL,
    fence         BIGINT       NOT NULL,
    lane          VARCHAR(16)  NOT NULL,            -- main, urgent
    triggered_by  VARCHAR(16)  NOT NULL,            -- schedule, keys
    instance      VARCHAR(255) NOT NULL,            -- who runs: the host
    boot          VARCHAR(64)  NOT NULL,            -- which process of it
    status        VARCHAR(16)  NOT NULL,            -- planning, dispatched, succeeded, failed
    started_at    VARCHAR(30)  NOT NULL,
    lease_until   VARCHAR(30),                      -- while planning: dead after this
    not_after     VARCHAR(30),                      -- once dispatched: chunks are too late after this
    closed_at     VARCHAR(30),
    due           BIGINT       NOT NULL DEFAULT 0,  -- records on the due list
    dispatched    BIGINT       NOT NULL DEFAULT 0,  -- records handed over in chunks
    settled       BIGINT       NOT NULL DEFAULT 0,  -- of those: accounted for
    pushed        BIGINT       NOT NULL DEFAULT 0,
    unchanged     BIGINT       NOT NULL DEFAULT 0,
    not_found     BIGINT       NOT NULL DEFAULT 0,
    failed        BIGINT       NOT NULL DEFAULT 0,
    deferred      BIGINT       NOT NULL DEFAULT 0,
    balanced      BIGINT,                           -- once closed: pushed + unchanged + not_found + failed + deferred = due
    customs_calls BIGINT       NOT NULL DEFAULT 0,
    calls_saved   BIGINT       NOT NULL DEFAULT 0,
    sap_reads     BIGINT       NOT NULL DEFAULT 0,
    sap_writes    BIGINT       NOT NULL DEFAULT 0,
    elapsed_ms    BIGINT,
    error         LONGTEXT                          -- why the run failed, if it did
) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
CREATE UNIQUE INDEX run_by_fence ON run (company, job, fence);
CREATE INDEX run_by_start ON run (started_at);
CREATE INDEX run_by_status ON run (company, job, status);

-- Why records of a run failed (by code) or were left for later (by reason).
CREATE TABLE run_reason (
    run_id  VARCHAR(64)  NOT NULL,
    outcome VARCHAR(16)  NOT NULL,  -- failed, deferred
    reason  VARCHAR(400) NOT NULL,
    records BIGINT       NOT NULL,
    PRIMARY KEY (run_id, outcome, reason),
    FOREIGN KEY (run_id) REFERENCES run (run_id) ON DELETE CASCADE
) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Which records of an open run's chunk are settled (a JSON list of keys), so that a second delivery does nothing.
-- The rows go when the run is closed.
CREATE TABLE chunk (
    run_id       VARCHAR(64) NOT NULL,
    chunk        BIGINT      NOT NULL,
    settled_keys LONGTEXT    NOT NULL,
    PRIMARY KEY (run_id, chunk),
    FOREIGN KEY (run_id) REFERENCES run (run_id) ON DELETE CASCADE
) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- One row per record of a job: what is known, what was written, and who works on it.
CREATE TABLE record (
    company            VARCHAR(64)  NOT NULL,
    job                VARCHAR(64)  NOT NULL,
    record_key         VARCHAR(512) NOT NULL,
    verdict            LONGTEXT,                         -- of the last answered question: found, not_found, many, mismatch, error(...)
    observed_at        VARCHAR(30),                      -- when that was asked
    status             LONGTEXT,                         -- the state then, in customs' own words
    status_as_of       VARCHAR(30),
    status_phase       VARCHAR(16),                      -- moving, final
    pushed_digest      LONGTEXT,                         -- what the sink holds, as far as we know
    pushed_observed_at VARCHAR(30),
    pushes             BIGINT       NOT NULL DEFAULT 0,
    corrected_at       VARCHAR(30),                      -- when a correction by customs was last written
    failures           BIGINT       NOT NULL DEFAULT 0,  -- in a row
    quarantined_until  VARCHAR(30),
    next_look_at       VARCHAR(30),
    outcome            VARCHAR(16),                      -- of the last run: pushed, unchanged, not_found, failed, deferred
    outcome_reason     LONGTEXT,                         -- the error's code, or why it was deferred
    outcome_at         VARCHAR(30),
    outcome_run_id     VARCHAR(64),
    claim_owner        VARCHAR(255),                     -- who works on it now
    claim_run_id       VARCHAR(64),
    claim_chunk        BIGINT,
    claim_until        VARCHAR(30),
    PRIMARY KEY (company, job, record_key)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
CREATE INDEX record_by_key ON record (record_key);

-- One row per error. `error_no` is what people quote; `error_id` makes the same report one row.
CREATE TABLE error (
    error_no    BIGINT       NOT NULL PRIMARY KEY AUTO_INCREMENT,
    error_id    VARCHAR(190) NOT NULL UNIQUE,
    happened_at VARCHAR(30)  NOT NULL,
    company     VARCHAR(64)  NOT NULL,
    job         VARCHAR(64)  NOT NULL,
    run_id      VARCHAR(64)  NOT NULL,
    record_key  VARCHAR(512),
    stage       VARCHAR(16)  NOT NULL,  -- plan, fetch, dispatch, query, map, deliver, settle
    kind        VARCHAR(32)  NOT NULL,
    code        LONGTEXT     NOT NULL,
    message     LONGTEXT     NOT NULL,  -- the error and its causes, whole
    endpoint    LONGTEXT,
    operation   LONGTEXT,
    record      LONGTEXT                -- the record as it was, as JSON, for a replay
) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
CREATE INDEX error_by_time ON error (happened_at);
CREATE INDEX error_by_run ON error (run_id);
CREATE INDEX error_by_key ON error (record_key);

-- Calls used per budget (a service's key, by its id) and Korean day.
CREATE TABLE quota (
    budget VARCHAR(190) NOT NULL,
    day    VARCHAR(10)  NOT NULL,  -- 2026-11-23
    used   BIGINT       NOT NULL,
    PRIMARY KEY (budget, day)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- The token bucket of a budget: when it is full again if nobody takes from it. To the nanosecond, not to be generous.
CREATE TABLE bucket (
    budget  VARCHAR(190) NOT NULL PRIMARY KEY,
    full_at VARCHAR(30)  NOT NULL
) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
