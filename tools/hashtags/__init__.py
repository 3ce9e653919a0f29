"""Hashtags that Toklytics tracks."""
