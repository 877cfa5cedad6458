"""Tests in a real Chromium against a real server on this machine."""
