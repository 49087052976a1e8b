"""CDX servers: what to ask of them, and what their answers mean, line by line and page by page."""
