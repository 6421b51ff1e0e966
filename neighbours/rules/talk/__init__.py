"""What rules the talk between two: when it closes, what a newcomer may write, which words smell of fraud."""
