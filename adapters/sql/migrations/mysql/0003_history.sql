-- What people do and ask: pausing jobs, a record's history, forgetting what is old. Only additions that an older program
-- leaves alone.

-- Somebody paused the job: its runs are skipped until it is resumed.
ALTER TABLE job ADD COLUMN paused_at VARCHAR(30);
ALTER TABLE job ADD COLUMN paused_by LONGTEXT;

-- How long customs took for the calls of customs_calls, in milliseconds, all added up.
ALTER TABLE run ADD COLUMN customs_ms BIGINT NOT NULL DEFAULT 0;

-- What happened to records, as far as something changed: a look that finds everything as it was leaves no row.
CREATE TABLE record_event (
    event_no    BIGINT NOT NULL PRIMARY KEY AUTO_INCREMENT,
    company     VARCHAR(64) NOT NULL,
    job         VARCHAR(64) NOT NULL,
    record_key  VARCHAR(512) NOT NULL,
    happened_at VARCHAR(30) NOT NULL,
    run_id      VARCHAR(64) NOT NULL,
    event       VARCHAR(16) NOT NULL,      -- first_seen, answered, pushed, corrected, failed, recovered, quarantined, released, in_doubt, resolved
    verdict     LONGTEXT,               -- answered: found, not_found, …
    status      LONGTEXT,               -- answered, pushed, corrected: the state in customs' own words
    code        LONGTEXT,               -- failed: the error's code
    episode_no  BIGINT,            -- failed: the episode
    failures    BIGINT,            -- recovered: how many failures there were
    until_at    VARCHAR(30)                -- quarantined: until then
) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
CREATE INDEX record_event_by_key ON record_event (record_key, event_no);
CREATE INDEX record_event_by_time ON record_event (happened_at);

-- When everything that was too old was forgotten for the last time.
CREATE TABLE housekeeping (
    task    VARCHAR(64) NOT NULL PRIMARY KEY,
    done_at VARCHAR(30) NOT NULL
) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

INSERT INTO schema_version (version, works_with) VALUES (3, 1);
