"""What a page says of itself: its head, cheaply, and the facts of its article, each with its source."""
