-- What people do and ask: pausing jobs, a record's history, forgetting what is old. Only additions that an older program
-- leaves alone.

-- Somebody paused the job: its runs are skipped until it is resumed.
ALTER TABLE job ADD COLUMN paused_at TEXT COLLATE "C";
ALTER TABLE job ADD COLUMN paused_by TEXT;

-- How long customs took for the calls of customs_calls, in milliseconds, all added up.
ALTER TABLE run ADD COLUMN customs_ms BIGINT NOT NULL DEFAULT 0;

-- What happened to records, as far as something changed: a look that finds everything as it was leaves no row.
CREATE TABLE record_event (
    event_no    BIGINT NOT NULL GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    company     TEXT COLLATE "C" NOT NULL,
    job         TEXT COLLATE "C" NOT NULL,
    record_key  TEXT COLLATE "C" NOT NULL,
    happened_at TEXT COLLATE "C" NOT NULL,
    run_id      TEXT COLLATE "C" NOT NULL,
    event       TEXT COLLATE "C" NOT NULL,      -- first_seen, answered, pushed, corrected, failed, recovered, quarantined, released, in_doubt, resolved
    verdict     TEXT,               -- answered: found, not_found, …
    status      TEXT,               -- answered, pushed, corrected: the state in customs' own words
    code        TEXT,               -- failed: the error's code
    episode_no  BIGINT,            -- failed: the episode
    failures    BIGINT,            -- recovered: how many failures there were
    until_at    TEXT COLLATE "C"                -- quarantined: until then
);
CREATE INDEX record_event_by_key ON record_event (record_key, event_no);
CREATE INDEX record_event_by_time ON record_event (happened_at);

-- When everything that was too old was forgotten for the last time.
CREATE TABLE housekeeping (
    task    TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    done_at TEXT COLLATE "C" NOT NULL
);

INSERT INTO schema_version (version, works_with) VALUES (3, 1);
