-- What runs came to: their last one that ended in some way, and what became of each record. Only additions that an older program
-- leaves alone.
INSERT INTO schema_version (version, works_with) VALUES (6, 1);

-- The last run of a job that ended in some way is read along an index.
DROP INDEX run_by_status;
CREATE INDEX run_by_status ON run (company, job, status, started_at);

-- What became of the records of a run: one row for each time that some were settled, or that one could not be asked about.
CREATE TABLE run_outcome (
    outcome_no  BIGINT NOT NULL GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    run_id      TEXT COLLATE "C" NOT NULL,
    happened_at TEXT COLLATE "C" NOT NULL,
    records     TEXT NOT NULL  -- JSON: keys by outcome and reason
);
CREATE INDEX run_outcome_by_run ON run_outcome (run_id, outcome_no);
CREATE INDEX run_outcome_by_time ON run_outcome (happened_at);
