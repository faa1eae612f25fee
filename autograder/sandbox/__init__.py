"""The trust boundary: student code runs on the far side of it and answers with values, never verdicts."""
