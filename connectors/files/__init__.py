"""Files as sources and destinations: delimited text, spreadsheets, JSON, Parquet.

The modules, from the outside in: `connector` (the registry's entry), `source` and `destination`, then reading
(`table` and `formats`, one module a format, below them `encoding`, `layout`, `records`) and writing (`held`,
`cells`, `replacing`).
"""
