"""Redis, and only here: the client, the embedded server, every key, one Lua file per command."""
