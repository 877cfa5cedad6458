"""Homes with named people, for tests about help."""

from __future__ import annotations

from outreach.core import text
from outreach.households.models import (
    Circumstance,
    ContactPoint,
    Household,
    PhoneKind,
    Resident,
    ResidentPhone,
)
from outreach.places.models import Area
from tests.factories.base import LONG_AGO, Factory


class MakeAssistance(Factory):
    def home_of(
        self,
        area: Area,
        *born: int | None,
        circumstance: Circumstance = Circumstance.NONE,
        needs_home_visit: bool = False,
    ) -> Household:
        """A home with one resident for each birth year."""
        n = self.number()
        address = f"{n}/3 Lý Thường Kiệt"
        names = [f"Phạm Thị Lan {n}-{place}" for place in range(len(born))]
        return self.saved(
            Household(
                area=area,
                address=address,
                head_name=names[0] if names else "",
                search_key=text.fold(address),
                sort_key=text.natural_key(address),
                circumstance=circumstance,
                needs_home_visit=needs_home_visit,
                created_at=LONG_AGO,
                residents=[
                    Resident(
                        name=name,
                        search_key=text.fold(name),
                        sort_key=text.sort_key(name),
                        birth_year=year,
                        position=place,
                        created_at=LONG_AGO,
                    )
                    for place, (name, year) in enumerate(zip(names, born, strict=True))
                ],
            )
        )

    def named_home(
        self, area: Area, name: str, born: int | None = 1960, *, address: str = ""
    ) -> Household:
        """A home of one resident with this name."""
        home = self.home_of(area, born)
        [resident] = home.residents
        resident.name, resident.search_key = name, text.fold(name)
        resident.sort_key, home.head_name = text.sort_key(name), name
        home.address = address or home.address
        return self.saved(home)

    def phone_of(self, resident: Resident) -> ContactPoint:
        """A mobile of the resident's own; nobody has asked about it."""
        number = f"+8491{self.number():07}"
        phone = self.saved(ContactPoint(number=number, kind=PhoneKind.MOBILE, created_at=LONG_AGO))
        self.saved(ResidentPhone(resident_id=resident.id, contact_point_id=phone.id))
        return phone
