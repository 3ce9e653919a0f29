-- What the local upstream said of the figures: NULL is not told, as of all that was stored before.
ALTER TABLE snapshots ADD COLUMN metrics_version INTEGER;
ALTER TABLE snapshots ADD COLUMN basis TEXT;
ALTER TABLE snapshots ADD COLUMN low_sample INTEGER;
