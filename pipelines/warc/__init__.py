"""WARC files: the records of a capture, the file they are appended to, and its recovery."""
