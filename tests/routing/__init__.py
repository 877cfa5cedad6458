"""Tests of the planner: rules kept, reasons given, files refused in words."""
