"""Sounds that Toklytics tracks."""
