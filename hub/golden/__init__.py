"""Survivorship: one golden record from the contacts of one identity, every value with its origin."""
