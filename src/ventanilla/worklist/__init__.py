"""One row a case for queues, filters and search, written by flow in the same transaction as the case itself."""
