-- Urgent requests, and what people did. An urgent request is what somebody asks for between the runs of the timetable. Kept until they are done, and a while longer.
INSERT INTO schema_version (version, works_with) VALUES (4, 1);

CREATE TABLE urgent_request (
    request_id   VARCHAR(64) NOT NULL PRIMARY KEY,
    company      VARCHAR(64) NOT NULL,
    job          VARCHAR(64) NOT NULL,
    record_keys  LONGTEXT NOT NULL,  -- a JSON list; empty asks for a full run
    requested_by VARCHAR(190) NOT NULL,  -- the name of an API key, or of a person
    accepted_at  VARCHAR(30) NOT NULL,
    status       VARCHAR(16) NOT NULL,  -- waiting, running, done
    taken_by     VARCHAR(255),           -- who works on it, and until when nobody else may
    taken_boot   VARCHAR(64),
    taken_until  VARCHAR(30),
    done_at      VARCHAR(30),
    run_id       VARCHAR(64),           -- its run
    receipt      LONGTEXT,           -- as JSON
    outcomes     LONGTEXT            -- what became of each record, as JSON
) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
CREATE INDEX urgent_request_by_status ON urgent_request (status);
CREATE INDEX urgent_request_by_time ON urgent_request (accepted_at);

-- What people did at the console. Rows are never changed.
CREATE TABLE audit (
    audit_no    BIGINT       NOT NULL PRIMARY KEY AUTO_INCREMENT,
    happened_at VARCHAR(30)  NOT NULL,
    done_by     VARCHAR(190) NOT NULL,  -- the name of an API key, or of a person
    act         VARCHAR(32)  NOT NULL,  -- sign_in, run, retry, close, pause, resume
    subject     LONGTEXT     NOT NULL
) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
CREATE INDEX audit_by_time ON audit (happened_at);
