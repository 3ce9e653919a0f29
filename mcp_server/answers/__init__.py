"""What a tool answers: the envelope, the concise view of it, and the budget it must fit."""
