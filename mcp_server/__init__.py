"""Tokmetrics: TokPortal's and Toklytics' TikTok analytics as tools for LLM agents."""

__version__ = "0.1.0"
