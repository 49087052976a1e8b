"""What the story graph costs: each page as it is read, and the merge of many."""
