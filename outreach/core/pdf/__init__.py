"""Writes PDF: pages with text, lines, boxes and QR codes, in fonts that speak Vietnamese.

Only what sheets of paper need. Text is kept as text: it can be searched, copied and read aloud.
"""

from outreach.core.pdf.fonts import BOLD, PLAIN, Font
from outreach.core.pdf.writing import A4, Paper

__all__ = ["A4", "BOLD", "PLAIN", "Font", "Paper"]
