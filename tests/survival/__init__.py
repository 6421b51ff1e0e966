"""What the house survives: killed processes, a mail server in trouble, a database that is locked, full or failing."""
