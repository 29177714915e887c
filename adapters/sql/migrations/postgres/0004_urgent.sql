-- Urgent requests, and what people did. An urgent request is what somebody asks for between the runs of the timetable. Kept until they are done, and a while longer.
INSERT INTO schema_version (version, works_with) VALUES (4, 1);

CREATE TABLE urgent_request (
    request_id   TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    company      TEXT NOT NULL,
    job          TEXT NOT NULL,
    record_keys  TEXT NOT NULL,  -- a JSON list; empty asks for a full run
    requested_by TEXT NOT NULL,  -- the name of an API key, or of a person
    accepted_at  TEXT COLLATE "C" NOT NULL,
    status       TEXT NOT NULL,  -- waiting, running, done
    taken_by     TEXT,           -- who works on it, and until when nobody else may
    taken_boot   TEXT,
    taken_until  TEXT COLLATE "C",
    done_at      TEXT COLLATE "C",
    run_id       TEXT,           -- its run
    receipt      TEXT,           -- as JSON
    outcomes     TEXT            -- what became of each record, as JSON
);
CREATE INDEX urgent_request_by_status ON urgent_request (status);
CREATE INDEX urgent_request_by_time ON urgent_request (accepted_at);

-- What people did at the console. Rows are never changed.
CREATE TABLE audit (
    audit_no    BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    happened_at TEXT COLLATE "C" NOT NULL,
    done_by     TEXT NOT NULL,  -- the name of an API key, or of a person
    act         TEXT NOT NULL,  -- sign_in, run, retry, close, pause, resume
    subject     TEXT NOT NULL
);
CREATE INDEX audit_by_time ON audit (happened_at);
