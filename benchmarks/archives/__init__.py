"""The walk through archived pages: through a real pywb, and the same from files, compared."""
