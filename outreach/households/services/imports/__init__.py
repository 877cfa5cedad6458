"""Lists imported from spreadsheets: uploaded, mapped, confirmed, taken back."""

from outreach.households.services.imports.storing import Choices, confirm
from outreach.households.services.imports.undoing import blocking, undo
from outreach.households.services.imports.uploading import choose_sheet, set_mapping, upload

__all__ = ["Choices", "blocking", "choose_sheet", "confirm", "set_mapping", "undo", "upload"]
