"""Agents and their durable executions."""
