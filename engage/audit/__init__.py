"""The trail: what officers and the system did, append-only and hash-chained (R83)."""
