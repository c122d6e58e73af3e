"""Telling people, and their systems, that something needs them: e-mail and webhooks."""
