"""The sample company of `hub demo`: invented people, made by a seed, with known truth."""
