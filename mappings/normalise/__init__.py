"""Plain functions from text to a clean value or a named reason for refusal; pure, and idempotent."""
