-- Public names that answers brought: nothing of the people behind them but the name.
CREATE TABLE names (
    partition TEXT NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    seen_at INTEGER NOT NULL,
    PRIMARY KEY (partition, kind, name)
) WITHOUT ROWID;
CREATE INDEX names_by_time ON names (partition, kind, seen_at);
