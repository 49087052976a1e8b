"""Clew's crawler: from seeds to captures, along the related-story links of the news.

The data path, in the order to read it: ``seeds`` -> ``frontier`` -> ``scheduler`` -> ``download`` ->
``links`` -> ``spiders``. ``docs/architecture.md`` tells the walk.
"""

__version__ = "0.1.0"
