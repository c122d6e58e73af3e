"""The hub: canonical records, identities, golden records and the plans that push them out."""
