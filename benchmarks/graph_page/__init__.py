"""What the page of the story graph costs: its size, its first picture, and its frames under a hand."""
