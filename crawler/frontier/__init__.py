"""Which URL is fetched next, by whom, and when: leases, politeness, scope, robots rules.

The rules are pure functions with the moment passed in; what must be atomic is a script on the server.
"""
