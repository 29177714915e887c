-- What pages show of a large ledger is read along indexes. Only indexes: an older program works on as before.
INSERT INTO schema_version (version, works_with) VALUES (5, 1);

-- Records by what they wait for.
CREATE INDEX record_by_next_look ON record (next_look_at, company, job, record_key);
CREATE INDEX record_by_quarantine ON record (quarantined_until, company, job, record_key) WHERE quarantined_until IS NOT NULL;

-- Counting the records that still fail reads no row itself.
DROP INDEX record_by_episode;
CREATE INDEX record_by_episode ON record (episode_no, failures) WHERE episode_no IS NOT NULL;

-- The last errors of an episode, and of a run.
DROP INDEX error_by_episode;
CREATE INDEX error_by_episode ON error (episode_no, happened_at, error_no) WHERE episode_no IS NOT NULL;
DROP INDEX error_by_run;
CREATE INDEX error_by_run ON error (run_id, happened_at, error_no);
