"""The door for operators: the commands of docs/operations.md."""
