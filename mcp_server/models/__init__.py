"""What both APIs answer, one file per noun; tolerant of whatever they add."""
