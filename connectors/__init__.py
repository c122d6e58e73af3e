"""Connectors speak vendors' APIs and files with the vendors' own field names; they know nothing of contacts."""
