"""Connectors speak vendors' APIs and files in the vendors' own words; of contacts they know nothing."""
