"""Connectors speak vendors' APIs and files with the vendors' own field names; of contacts they know nothing."""
