"""What reading a page's related stories costs, beside Scrapy's link extractor: `make bench-related`."""
