"""HTML bytes in, scored related-story links with their reasons out. No input or output."""
