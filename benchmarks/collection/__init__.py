"""What it costs to check, index, mend and package collections that are larger than memory."""
