"""Mappings: what a source's fields mean, and what a destination's fields shall hold."""
