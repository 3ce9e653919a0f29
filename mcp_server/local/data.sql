-- What is known of creators, videos, hashtags and sounds. All times are Unix seconds, UTC.
-- Counts are NULL where the source did not say; NULL is never zero.

CREATE TABLE meta (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
) WITHOUT ROWID; -- schema_version, world, seed, as_of, pars, ...

CREATE TABLE totals ( -- one row, changed with what it counts, in the same transaction
  id INTEGER PRIMARY KEY CHECK (id = 1),
  creators INTEGER NOT NULL DEFAULT 0,
  videos INTEGER NOT NULL DEFAULT 0,
  viewed INTEGER NOT NULL DEFAULT 0, -- videos whose views are known
  total_views INTEGER NOT NULL DEFAULT 0,
  hashtags INTEGER NOT NULL DEFAULT 0, -- those that a video uses
  sounds INTEGER NOT NULL DEFAULT 0,
  -- n7 counts posts in (week_start, week_end], n7_prev those in (week_before, week_start]
  week_before INTEGER NOT NULL DEFAULT 0,
  week_start INTEGER NOT NULL DEFAULT 0,
  week_end INTEGER NOT NULL DEFAULT 0
);
INSERT INTO totals (id) VALUES (1);

CREATE TABLE creators (
  id INTEGER PRIMARY KEY,
  user_id TEXT UNIQUE,
  sec_uid TEXT,
  username TEXT NOT NULL UNIQUE COLLATE NOCASE,
  display_name TEXT,
  bio TEXT,
  region TEXT,
  avatar_url TEXT,
  verified INTEGER,
  followers INTEGER,
  following INTEGER,
  total_likes INTEGER,
  video_count INTEGER,
  profile_at INTEGER, -- when the newest of the figures above was seen
  scraped_at INTEGER, -- when anything of this creator was seen last, videos included
  source TEXT,
  -- derived, see metrics/; recomputed when `dirty`
  niche TEXT,
  niche2 TEXT,
  niche_conf REAL,
  n_tracked INTEGER NOT NULL DEFAULT 0,
  total_views INTEGER,
  er REAL,
  er_mean REAL,
  er_median REAL,
  viral_ratio REAL,
  ppw REAL,
  avg_views INTEGER,
  median_views INTEGER,
  p25_views INTEGER,
  p75_views INTEGER,
  avg_likes INTEGER,
  avg_comments INTEGER,
  avg_shares INTEGER,
  avg_saves INTEGER,
  score REAL,
  grade TEXT,
  spon_low INTEGER,
  spon_mid INTEGER,
  spon_high INTEGER,
  metrics_version INTEGER,
  dirty INTEGER NOT NULL DEFAULT 1,
  peer_band INTEGER, -- the follower band in which peer_rates counts this creator's er
  -- NULL: not computed since these columns came
  n_viewed INTEGER, -- of the tracked videos those whose views are known
  n_rated INTEGER, -- those that have an engagement rate
  n_unsaved INTEGER, -- of n_rated those whose saves are unknown
  rated_views INTEGER, -- the sums over n_rated
  rated_likes INTEGER,
  rated_comments INTEGER,
  rated_shares INTEGER,
  rated_saves INTEGER
);
CREATE INDEX creators_followers ON creators (followers DESC, id);
CREATE INDEX creators_region ON creators (region, followers DESC, id);
CREATE INDEX creators_sec_uid ON creators (sec_uid) WHERE sec_uid IS NOT NULL;
-- all that is asked of a whole niche, which may be tens of thousands of creators
CREATE INDEX creators_niche ON creators (
  niche, followers DESC, id, er, score, viral_ratio, ppw, avg_views, median_views, n_tracked, spon_mid, region
);
CREATE INDEX creators_niche2 ON creators (niche2, followers, er);
CREATE INDEX creators_likes ON creators (total_likes DESC, id);
CREATE INDEX creators_videos ON creators (video_count DESC, id);
CREATE INDEX creators_recent ON creators (scraped_at DESC, id);
CREATE INDEX creators_verified ON creators (followers DESC, id) WHERE verified = 1;
CREATE INDEX creators_dirty ON creators (id) WHERE dirty = 1;

CREATE TABLE peer_rates ( -- how many creators of a band have which engagement rate
  band INTEGER NOT NULL,
  rate INTEGER NOT NULL, -- hundredths of a percent
  n INTEGER NOT NULL,
  PRIMARY KEY (band, rate)
) WITHOUT ROWID;

CREATE TABLE usernames ( -- every handle a creator was seen under, of those known by id with their id
  username TEXT NOT NULL COLLATE NOCASE,
  creator_id INTEGER NOT NULL REFERENCES creators (id),
  first_at INTEGER, -- when it was seen under it first and last; NULL: nobody knows
  last_at INTEGER,
  PRIMARY KEY (username, creator_id)
) WITHOUT ROWID;
CREATE INDEX usernames_creator ON usernames (creator_id);

CREATE TABLE sounds (
  id INTEGER PRIMARY KEY,
  music_id TEXT NOT NULL UNIQUE,
  title TEXT,
  author TEXT,
  original INTEGER,
  duration INTEGER,
  -- derived
  video_count INTEGER NOT NULL DEFAULT 0,
  view_count INTEGER,
  n7 INTEGER NOT NULL DEFAULT 0,
  n7_prev INTEGER NOT NULL DEFAULT 0,
  last_used INTEGER,
  reported_uses INTEGER,
  viewed_count INTEGER NOT NULL DEFAULT 0 -- videos whose views are known
);
CREATE INDEX sounds_count ON sounds (video_count DESC, id);
CREATE INDEX sounds_recent ON sounds (last_used DESC, id);
CREATE INDEX sounds_n7 ON sounds (n7 DESC, id);

CREATE TABLE videos (
  id INTEGER PRIMARY KEY,
  video_id TEXT NOT NULL,
  creator_id INTEGER NOT NULL REFERENCES creators (id),
  description TEXT,
  plays INTEGER,
  likes INTEGER,
  comments INTEGER,
  shares INTEGER,
  saves INTEGER,
  duration INTEGER,
  sound_id INTEGER REFERENCES sounds (id),
  content_type TEXT NOT NULL DEFAULT 'video',
  posted_at INTEGER,
  scraped_at INTEGER,
  thumbnail_url TEXT,
  url TEXT,
  hashtags TEXT, -- joined by one space
  er REAL,       -- derived from this row alone
  heat REAL,     -- the same
  flags INTEGER NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX videos_video_id ON videos (video_id); -- apart, to be built after a bulk load
CREATE INDEX videos_creator_plays ON videos (creator_id, plays DESC, id);
CREATE INDEX videos_creator_posted ON videos (creator_id, posted_at DESC, id);
CREATE INDEX videos_posted_heat ON videos (posted_at, heat);
CREATE INDEX videos_plays ON videos (plays DESC, id, posted_at, heat);
CREATE INDEX videos_likes ON videos (likes DESC, id);
CREATE INDEX videos_shares ON videos (shares DESC, id);
CREATE INDEX videos_format ON videos (content_type, duration);
CREATE INDEX videos_sound ON videos (sound_id, plays DESC, id, posted_at) WHERE sound_id IS NOT NULL;

CREATE TABLE hashtags (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE COLLATE NOCASE,
  challenge_id TEXT,
  description TEXT,
  -- derived: of the videos in this store
  video_count INTEGER NOT NULL DEFAULT 0,
  viewed_count INTEGER NOT NULL DEFAULT 0, -- those whose views are known
  view_count INTEGER,
  n7 INTEGER NOT NULL DEFAULT 0,
  n7_prev INTEGER NOT NULL DEFAULT 0,
  -- what TikTok itself says, where a source has it
  reported_views INTEGER,
  reported_videos INTEGER
);
CREATE INDEX hashtags_count ON hashtags (video_count DESC, id);
CREATE INDEX hashtags_views ON hashtags (view_count DESC, id);
CREATE INDEX hashtags_n7 ON hashtags (n7 DESC, id);

CREATE TABLE video_hashtags (
  hashtag_id INTEGER NOT NULL REFERENCES hashtags (id),
  plays INTEGER NOT NULL, -- of the video, -1 where unknown
  video_id INTEGER NOT NULL REFERENCES videos (id),
  PRIMARY KEY (hashtag_id, plays DESC, video_id)
) WITHOUT ROWID;

CREATE TABLE creator_tags ( -- the 15 most used tags of a creator
  creator_id INTEGER NOT NULL REFERENCES creators (id),
  hashtag_id INTEGER NOT NULL REFERENCES hashtags (id),
  n INTEGER NOT NULL,
  plays INTEGER,
  PRIMARY KEY (creator_id, hashtag_id)
) WITHOUT ROWID;
CREATE INDEX creator_tags_tag ON creator_tags (hashtag_id, n);

-- Full text. Each row is cut by segment() of text.py, which every connection registers. Marks
-- count as letters: Thai and Indic vowels are marks. New captions are entered by whoever stores them,
-- all at once: after a trigger SQLite writes each by itself.
CREATE VIRTUAL TABLE creators_fts USING fts5 (
  username, display_name, bio, niche, content = '', tokenize = "unicode61 remove_diacritics 2 categories 'L* N* Co Mn Mc'"
);
CREATE VIRTUAL TABLE videos_fts USING fts5 (
  description, content = '', detail = none, columnsize = 0, tokenize = "unicode61 remove_diacritics 2 categories 'L* N* Co Mn Mc'"
);
CREATE VIRTUAL TABLE sounds_fts USING fts5 (
  title, author, content = '', tokenize = "unicode61 remove_diacritics 2 categories 'L* N* Co Mn Mc'"
);

CREATE TRIGGER creators_fts_insert AFTER INSERT ON creators BEGIN
  INSERT INTO creators_fts (rowid, username, display_name, bio, niche)
  VALUES (new.id, segment(new.username), segment(new.display_name), segment(new.bio), segment(new.niche));
END;
CREATE TRIGGER creators_fts_update AFTER UPDATE OF username, display_name, bio, niche ON creators
WHEN (old.username, old.display_name, old.bio, old.niche) IS NOT (new.username, new.display_name, new.bio, new.niche) BEGIN
  INSERT INTO creators_fts (creators_fts, rowid, username, display_name, bio, niche)
  VALUES ('delete', old.id, segment(old.username), segment(old.display_name), segment(old.bio), segment(old.niche));
  INSERT INTO creators_fts (rowid, username, display_name, bio, niche)
  VALUES (new.id, segment(new.username), segment(new.display_name), segment(new.bio), segment(new.niche));
END;
CREATE TRIGGER creators_fts_delete AFTER DELETE ON creators BEGIN
  INSERT INTO creators_fts (creators_fts, rowid, username, display_name, bio, niche)
  VALUES ('delete', old.id, segment(old.username), segment(old.display_name), segment(old.bio), segment(old.niche));
END;
CREATE TRIGGER videos_fts_update AFTER UPDATE OF description ON videos
WHEN old.description IS NOT new.description BEGIN
  INSERT INTO videos_fts (videos_fts, rowid, description)
  SELECT 'delete', old.id, segment(old.description) WHERE old.description IS NOT NULL;
  INSERT INTO videos_fts (rowid, description)
  SELECT new.id, segment(new.description) WHERE new.description IS NOT NULL;
END;
CREATE TRIGGER sounds_fts_insert AFTER INSERT ON sounds BEGIN
  INSERT INTO sounds_fts (rowid, title, author) VALUES (new.id, segment(new.title), segment(new.author));
END;
CREATE TRIGGER sounds_fts_update AFTER UPDATE OF title, author ON sounds
WHEN (old.title, old.author) IS NOT (new.title, new.author) BEGIN
  INSERT INTO sounds_fts (sounds_fts, rowid, title, author)
  VALUES ('delete', old.id, segment(old.title), segment(old.author));
  INSERT INTO sounds_fts (rowid, title, author) VALUES (new.id, segment(new.title), segment(new.author));
END;
