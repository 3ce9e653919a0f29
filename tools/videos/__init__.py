"""Public videos that Toklytics tracks."""
