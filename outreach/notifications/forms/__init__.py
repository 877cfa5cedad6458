"""Reads the forms about texts, answers, calls and manners."""
