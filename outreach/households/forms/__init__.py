"""What people type about homes, people, consents and imports."""

from outreach.households.forms.consents import ConsentForm
from outreach.households.forms.homes import HomeForm
from outreach.households.forms.imports import MappingForm, UploadForm
from outreach.households.forms.people import PersonForm

__all__ = ["ConsentForm", "HomeForm", "MappingForm", "PersonForm", "UploadForm"]
