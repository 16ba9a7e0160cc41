"""What `make bench` measures. Everything runs on this machine, on an embedded PostgreSQL with durable settings."""
