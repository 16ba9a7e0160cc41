"""Agents, their teams, and the channels they are certified for."""
