"""What the glance calls its periods and ages, and the colours of the ages."""

from __future__ import annotations

from despacho_http.desk.wording import marked
from despacho_services.figures_glance import Age, Period

PERIODS: dict[Period, str] = {
    Period.WEEK: marked("Last 7 days"),
    Period.MONTH: marked("Last 30 days"),
    Period.QUARTER: marked("Last 90 days"),
}
AGES: dict[Age, str] = {
    Age.TODAY: marked("less than a day"),
    Age.DAYS: marked("1–3 days"),
    Age.WEEK: marked("4–7 days"),
    Age.LONGER: marked("more than 7 days"),
}
COLOURS: tuple[str, ...] = ("#9ec5fe", "#0d6efd", "#fd7e14", "#b02a37")
"""One for each age; they differ in lightness too, for those who see no colours and for printers that have none."""
