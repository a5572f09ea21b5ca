"""Boda's client of AWS's Runtime API for Python 3.8 and newer.

`loop` asks for invocations and runs them; `api` speaks HTTP; `handler` finds the user's function; `payload`,
`context`, `errors` and `logs` are what the function receives, returns, raises and writes. Everything here is
imported before the first invocation, so the modules import as little as they can: every millisecond is paid
at each cold start.
"""
