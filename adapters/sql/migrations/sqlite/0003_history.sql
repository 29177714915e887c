-- What people do and ask: pausing jobs, a record's history, forgetting what is old. Only additions that an older program
-- leaves alone.

-- Somebody paused the job: its runs are skipped until it is resumed.
ALTER TABLE job ADD COLUMN paused_at TEXT;
ALTER TABLE job ADD COLUMN paused_by TEXT;

-- How long customs took for the calls of customs_calls, in milliseconds, all added up.
ALTER TABLE run ADD COLUMN customs_ms INTEGER NOT NULL DEFAULT 0;

-- What happened to records, as far as something changed: a look that finds everything as it was leaves no row.
CREATE TABLE record_event (
    event_no    INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    company     TEXT NOT NULL,
    job         TEXT NOT NULL,
    record_key  TEXT NOT NULL,
    happened_at TEXT NOT NULL,
    run_id      TEXT NOT NULL,
    event       TEXT NOT NULL,      -- first_seen, answered, pushed, corrected, failed, recovered, quarantined, released, in_doubt, resolved
    verdict     TEXT,               -- answered: found, not_found, …
    status      TEXT,               -- answered, pushed, corrected: the state in customs' own words
    code        TEXT,               -- failed: the error's code
    episode_no  INTEGER,            -- failed: the episode
    failures    INTEGER,            -- recovered: how many failures there were
    until_at    TEXT                -- quarantined: until then
) STRICT;
CREATE INDEX record_event_by_key ON record_event (record_key, event_no);
CREATE INDEX record_event_by_time ON record_event (happened_at);

-- When everything that was too old was forgotten for the last time.
CREATE TABLE housekeeping (
    task    TEXT NOT NULL PRIMARY KEY,
    done_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

INSERT INTO schema_version (version, works_with) VALUES (3, 1);
