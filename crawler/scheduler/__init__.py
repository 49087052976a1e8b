"""Scrapy's scheduler interface on top of the frontier."""
