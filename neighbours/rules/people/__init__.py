"""Rules about people: their codes, contacts and devices."""
