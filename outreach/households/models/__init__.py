"""Homes, the residents in them, the phones they share, consent, and where rows came from."""

from outreach.households.models.homes import (
    Consent,
    ContactPoint,
    FieldEdit,
    HomeVisitor,
    Household,
    Import,
    Resident,
    ResidentPhone,
)
from outreach.households.models.kinds import (
    Circumstance,
    ConsentMeans,
    Hazard,
    Language,
    Merged,
    PhoneKind,
    Purpose,
    Salutation,
    Sex,
)

__all__ = [
    "Circumstance",
    "Consent",
    "ConsentMeans",
    "ContactPoint",
    "FieldEdit",
    "Hazard",
    "HomeVisitor",
    "Household",
    "Import",
    "Language",
    "Merged",
    "PhoneKind",
    "Purpose",
    "Resident",
    "ResidentPhone",
    "Salutation",
    "Sex",
]
