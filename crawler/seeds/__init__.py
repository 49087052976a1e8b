"""Seed lists, feeds and sitemaps as a stream of seeds."""
