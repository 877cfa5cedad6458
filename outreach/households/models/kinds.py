"""What a home, a resident, a phone or a consent may be: the words of their columns."""

from __future__ import annotations

import enum


class Circumstance(enum.StrEnum):
    """What a certificate says of a household (hộ nghèo, cận nghèo, chính sách)."""

    NONE = "none"
    POOR = "poor"
    NEAR_POOR = "near_poor"
    MERIT = "merit"
    SOCIAL_POLICY = "social_policy"


class Salutation(enum.StrEnum):
    """How to address somebody; set by people, never guessed from age alone."""

    ONG = "ông"
    BA = "bà"
    CO = "cô"
    CHU = "chú"
    BAC = "bác"
    ANH = "anh"
    CHI = "chị"
    EM = "em"


class Language(enum.StrEnum):
    """What somebody is written to in. Accents cost a second text message, so they are asked for."""

    VI = "vi"
    VI_ACCENTED = "vi_accented"
    EN = "en"


class Sex(enum.StrEnum):
    FEMALE = "female"
    MALE = "male"


class PhoneKind(enum.StrEnum):
    """A landline can be called, not texted."""

    MOBILE = "mobile"
    LANDLINE = "landline"
    UNKNOWN = "unknown"


class Purpose(enum.StrEnum):
    """What a phone's owner agreed to, each for itself."""

    VISIT_REMINDER = "visit_reminder"
    CASE_NOTICE = "case_notice"
    SHARE_WITH_PARTNER = "share_with_partner"


class ConsentMeans(enum.StrEnum):
    """How agreement or its withdrawal was given."""

    PAPER = "paper"
    SPOKEN = "spoken"
    PHONE = "phone"
    PAGE = "page"
    IMPORTED = "imported"


class Hazard(enum.StrEnum):
    """What a volunteer should know before they stand at the gate."""

    DOG = "dog"
    FLOOD = "flood"
    UNSAFE = "unsafe"
    BAD_ROAD = "bad_road"
    ILLNESS = "illness"


class Merged(enum.StrEnum):
    """What became of one field that a phone changed."""

    APPLIED = "applied"
    #: It had that value already.
    SAME = "same"
    #: Somebody else changed it since the phone saw it: a leader decides.
    CLASH = "clash"
    KEPT = "kept"
    TAKEN = "taken"
