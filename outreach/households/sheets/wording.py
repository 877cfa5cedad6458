"""The import in words: what columns may hold, and every fault as a sentence with its cure."""

from __future__ import annotations

from outreach.core.i18n import lazy_gettext as _
from outreach.households.sheets.kinds import Field, Reason, Unreadable, WhyUnreadable

FIELDS = {
    Field.CODE: _("Household code"),
    Field.AREA: _("Neighbourhood (khu phố, ấp…)"),
    Field.CELL: _("Cell (tổ)"),
    Field.ADDRESS: _("Address"),
    Field.HOUSE_NUMBER: _("House number"),
    Field.STREET: _("Street"),
    Field.LANDMARK: _("How to find it"),
    Field.FAMILY_NAME: _("Family and middle name"),
    Field.NAME: _("Full name"),
    Field.HEAD_NAME: _("Name of the head"),
    Field.SALUTATION: _("How to address them"),
    Field.SEX: _("Sex"),
    Field.BIRTH: _("Birth"),
    Field.BIRTH_OF_MAN: _("Birth, if a man"),
    Field.BIRTH_OF_WOMAN: _("Birth, if a woman"),
    Field.PHONE: _("Phone"),
    Field.RELATION: _("Relation to the head"),
    Field.CIRCUMSTANCE: _("Circumstances"),
    Field.POOR: _("Poor: marked"),
    Field.NEAR_POOR: _("Near-poor: marked"),
    Field.LATITUDE: _("Latitude"),
    Field.LONGITUDE: _("Longitude"),
    Field.POINT: _("Latitude and longitude"),
    Field.NOTE: _("Note"),
}

_UNREADABLE = {
    WhyUnreadable.EMPTY: _("The file is empty."),
    WhyUnreadable.TOO_LARGE: _(
        "The file is too large. Please split it into several with the same headings."
    ),
    WhyUnreadable.UNKNOWN_KIND: _(
        "This is no spreadsheet. Please choose a file ending in .xlsx, .xls, .ods or .csv."
    ),
    WhyUnreadable.ENCRYPTED: _(
        "The file is protected by a password. Please open it, remove the password, save it and"
        " upload it again."
    ),
    WhyUnreadable.BROKEN: _(
        "The file is damaged or is not what its name says. Please open it in Excel or"
        " LibreOffice, save it as .xlsx and upload that."
    ),
    WhyUnreadable.TOO_MANY_ROWS: _(
        "The sheet has too many rows. Please split it into several with the same headings."
    ),
    WhyUnreadable.TOO_MANY_COLUMNS: _(
        "The sheet has too many columns. Please delete those that are not needed."
    ),
    WhyUnreadable.NO_SUCH_SHEET: _("The file has no such sheet."),
    WhyUnreadable.NO_HEADINGS: _(
        "No row of headings was found. One row above the list must name its columns, such as"
        " “Họ và tên”, “Địa chỉ”, “Số điện thoại”."
    ),
    WhyUnreadable.NO_ROWS: _("There are no rows under the headings."),
}


def why_unreadable(refused: Unreadable) -> str:
    """The one sentence for a file that is refused as a whole."""
    return str(_UNREADABLE[refused.why])


REASONS = {
    Reason.NAME_OR_ADDRESS_MISSING: _("There is neither a name nor an address."),
    Reason.HOME_MISSING: _("It is not clear which home this is: give an address or a code."),
    Reason.NOT_A_NAME: _("This is not a name."),
    Reason.TOO_LONG: _("This is too long; please shorten it."),
    Reason.FORMULA: _("This is a formula, so it was not read; please write plain text."),
    Reason.FORMULA_ERROR: _("The sheet shows a formula's error here; please write the value."),
    Reason.BIRTH_UNCLEAR: _("Write the birth as a year or as day/month/year, such as 17/02/1954."),
    Reason.BIRTH_IMPOSSIBLE: _("Nobody alive was born in that year."),
    Reason.SEX_UNCLEAR: _("Write “Nam” or “Nữ”."),
    Reason.SALUTATION_UNKNOWN: _("Write ông, bà, cô, chú, bác, anh, chị or em."),
    Reason.CIRCUMSTANCE_UNCLEAR: _("Write “nghèo”, “cận nghèo” or nothing."),
    Reason.POINT_INCOMPLETE: _("Latitude and longitude are needed together."),
    Reason.POINT_IMPOSSIBLE: _("Write degrees with decimals, such as 10.9804 and 106.6519."),
    Reason.NOTE_HOLDS_SECRET: _(
        "The note seems to hold an identity, card or account number, a one-time code or a"
        " password. We never keep those."
    ),
    Reason.PHONE_LETTERS: _("A phone number has no letters; perhaps O was typed for 0."),
    Reason.PHONE_SHORTENED: _(
        "The spreadsheet shortened the number; format the column as text and type it again."
    ),
    Reason.PHONE_TOO_SHORT: _("The phone number is too short."),
    Reason.PHONE_TOO_LONG: _("The phone number is too long."),
    Reason.PHONE_NOT_A_PREFIX: _("No Vietnamese phone number begins like this."),
    Reason.PHONE_WITHOUT_NAME: _("A phone without a name cannot be kept."),
    Reason.TWO_HEADS: _("This home has two heads; the first was taken."),
    Reason.MANY_PEOPLE: _("So many people in one home? Perhaps several homes share the address."),
}
