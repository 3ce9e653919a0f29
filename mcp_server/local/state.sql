-- The user's own accounts and what happened to them. Apart from data.db, so that a refresh never
-- waits for an import. All times are Unix seconds, UTC.

CREATE TABLE meta (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
) WITHOUT ROWID; -- schema_version

CREATE TABLE accounts (
  account_id TEXT PRIMARY KEY, -- a UUID
  username TEXT NOT NULL UNIQUE COLLATE NOCASE,
  platform TEXT NOT NULL DEFAULT 'tiktok',
  created_at INTEGER NOT NULL,
  user_id TEXT, -- whose account it is, where that is known; a handle can become somebody else's
  sec_uid TEXT
) WITHOUT ROWID;

CREATE TABLE video_records ( -- TokPortal's two ids of a video beside the platform's
  id TEXT PRIMARY KEY,                -- va_...
  account_id TEXT NOT NULL REFERENCES accounts (account_id),
  tokportal_video_id TEXT NOT NULL,   -- vid_...
  video_id TEXT NOT NULL,             -- of the platform
  UNIQUE (account_id, video_id)
) WITHOUT ROWID;

CREATE TABLE refreshes ( -- every accepted refresh
  id INTEGER PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (account_id),
  requested_at INTEGER NOT NULL,
  due_at INTEGER NOT NULL,
  status TEXT NOT NULL, -- collecting | queued | stored (here, not yet in data.db) | done | void
  finished_at INTEGER,
  error TEXT -- why it is void: not counted, no cooldown; NULL where nothing newer was found
);
CREATE INDEX refreshes_account ON refreshes (account_id, requested_at DESC);
CREATE INDEX refreshes_status ON refreshes (status, due_at);

CREATE TABLE idempotency ( -- the first answer to each key, given again to a repeat
  request_key TEXT PRIMARY KEY,
  account_id TEXT NOT NULL,
  answered_at INTEGER NOT NULL,
  status INTEGER NOT NULL,
  body TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE quota (
  month TEXT PRIMARY KEY, -- 2026-02
  used INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE account_snapshots (
  account_id TEXT NOT NULL REFERENCES accounts (account_id),
  scraped_at INTEGER NOT NULL,
  followers INTEGER,
  following INTEGER,
  n INTEGER NOT NULL,
  total_views INTEGER,
  total_likes INTEGER,
  total_comments INTEGER,
  total_shares INTEGER,
  total_bookmarks INTEGER,
  weekly_posts REAL,
  engagement_rate REAL,  -- percent, over the n_rated; NULL: unknown
  average_views INTEGER, -- over the n_viewed; NULL: unknown
  n_viewed INTEGER,      -- videos whose views are known; NULL: not written down
  n_rated INTEGER,       -- videos that have an engagement rate; the same
  metrics_version INTEGER, -- of the formulas
  PRIMARY KEY (account_id, scraped_at)
) WITHOUT ROWID;

CREATE TABLE creator_snapshots ( -- followers over time, of any creator
  username TEXT NOT NULL COLLATE NOCASE,
  scraped_at INTEGER NOT NULL,
  followers INTEGER,
  following INTEGER,
  total_likes INTEGER,
  video_count INTEGER,
  PRIMARY KEY (username, scraped_at)
) WITHOUT ROWID;

CREATE TABLE video_snapshots (
  video_id TEXT NOT NULL, -- of the platform
  scraped_at INTEGER NOT NULL,
  plays INTEGER,
  likes INTEGER,
  comments INTEGER,
  shares INTEGER,
  saves INTEGER,
  PRIMARY KEY (video_id, scraped_at)
) WITHOUT ROWID;

CREATE TABLE import_runs (
  id INTEGER PRIMARY KEY,
  source TEXT NOT NULL,
  path_hash TEXT NOT NULL,
  started_at INTEGER NOT NULL,
  finished_at INTEGER,
  n_read INTEGER NOT NULL DEFAULT 0,
  n_new INTEGER NOT NULL DEFAULT 0,
  n_updated INTEGER NOT NULL DEFAULT 0,
  n_rejected INTEGER NOT NULL DEFAULT 0,
  UNIQUE (path_hash, started_at)
);
