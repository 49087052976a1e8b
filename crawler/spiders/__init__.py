"""Responses in, related links and the requests that follow them out."""
