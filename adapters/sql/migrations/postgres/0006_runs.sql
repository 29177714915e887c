-- The last run of a job that ended in some way is read along an index. Only an index: an older program works on as before.
INSERT INTO schema_version (version, works_with) VALUES (6, 1);

DROP INDEX run_by_status;
CREATE INDEX run_by_status ON run (company, job, status, started_at);
