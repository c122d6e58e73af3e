"""Stateful stand-ins for vendors' systems, for anybody's tests; each can be started on a port.

They are written from the vendors' documentation and, where a real server could be installed, from what it
did. They listen on this machine only.
"""
