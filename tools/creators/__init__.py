"""Creators that Toklytics tracks."""
