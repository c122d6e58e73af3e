"""Push, the pure part: what a destination should hold against what it holds, as a plan."""
