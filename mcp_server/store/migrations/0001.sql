-- Times are whole microseconds since 1970, UTC; bodies are JSON.
CREATE TABLE secrets (
    name TEXT PRIMARY KEY,
    value BLOB NOT NULL
) WITHOUT ROWID;

CREATE TABLE snapshots (
    id INTEGER PRIMARY KEY,
    partition TEXT NOT NULL,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    scraped_at INTEGER,
    stored_at INTEGER NOT NULL,
    account_id TEXT,
    synthetic INTEGER NOT NULL,
    mode TEXT NOT NULL,
    body TEXT NOT NULL
);
-- In a unique index every NULL differs, so "no time" needs a value: one before all times.
CREATE UNIQUE INDEX snapshots_once
    ON snapshots (partition, kind, subject, COALESCE(scraped_at, -9223372036854775808));

-- Which account a video record belongs to, from the stored lists.
CREATE TABLE video_accounts (
    partition TEXT NOT NULL,
    record_id TEXT NOT NULL,
    account_id TEXT NOT NULL,
    PRIMARY KEY (partition, record_id)
) WITHOUT ROWID;

CREATE TABLE accounts (
    partition TEXT NOT NULL,
    account_id TEXT NOT NULL,
    username TEXT,
    platform TEXT,
    first_seen_at INTEGER NOT NULL,
    last_seen_at INTEGER NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (partition, account_id)
) WITHOUT ROWID;

CREATE TABLE jobs (
    partition TEXT NOT NULL,
    job_id TEXT NOT NULL,
    account_id TEXT NOT NULL,
    idempotency_key TEXT NOT NULL,
    state TEXT NOT NULL,
    baseline INTEGER,
    created_at INTEGER NOT NULL,
    posted_at INTEGER,
    finished_at INTEGER,
    outcome TEXT,
    error_code TEXT,
    detail TEXT NOT NULL,
    polls INTEGER NOT NULL,
    next_step_at INTEGER,
    owner TEXT,
    lease_until INTEGER,
    version INTEGER NOT NULL,
    PRIMARY KEY (partition, job_id)
) WITHOUT ROWID;
-- The file itself refuses a second active job, whatever a program does.
CREATE UNIQUE INDEX jobs_one_active ON jobs (partition, account_id)
    WHERE state IN ('planned', 'posting', 'posted', 'uncertain');
CREATE INDEX jobs_by_end ON jobs (partition, finished_at);
CREATE INDEX jobs_by_account ON jobs (partition, account_id, finished_at);

CREATE TABLE quota (
    partition TEXT PRIMARY KEY,
    most INTEGER,
    used INTEGER,
    seen_at INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE cache (
    partition TEXT NOT NULL,
    name TEXT NOT NULL,
    stored_at INTEGER NOT NULL,
    keep_until INTEGER NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (partition, name)
);
CREATE INDEX cache_by_end ON cache (keep_until);

-- AUTOINCREMENT: a number is never given twice, even after old rows are gone.
CREATE TABLE changes (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    partition TEXT NOT NULL,
    kind TEXT NOT NULL,
    account_id TEXT,
    snapshot_kind TEXT
);
