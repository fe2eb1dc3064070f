"""The two assessments most tests of this room look at."""

from __future__ import annotations

import pytest

from deminimis.assessment import Assessment
from tests.report.assessments import make_hostile, make_pumps


@pytest.fixture
def pumps() -> Assessment:
    return make_pumps()


@pytest.fixture
def hostile() -> Assessment:
    return make_hostile()
