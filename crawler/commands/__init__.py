"""Scrapy's commands of Clew. The folder stays flat: a command is named by its module."""
