"""The user's own accounts at TokPortal."""
