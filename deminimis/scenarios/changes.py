"""Changes: what is different in a what-if, as frozen values that can be saved, named, combined and replayed."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, ClassVar

from deminimis.errors import QuestionError
from deminimis.reference import material_id, parse_grade
from deminimis.scenarios.accepted import known_currency, number_words, origin_code, positive
from deminimis.units import grams

Subject = tuple[str, ...]


class Change:
    """One thing that is different; `subject` says what it is about, `words` says it to a person."""

    __slots__ = ()
    kind: ClassVar[str]

    @property
    def subject(self) -> Subject:
        """What is changed: two changes with one subject and different values contradict each other."""
        raise NotImplementedError

    @property
    def words(self) -> str:
        """The change in words."""
        raise NotImplementedError

    def as_dict(self) -> dict[str, Any]:
        """Return the kind of change and its fields, blanks left out."""
        own: Any = self
        given = {f.name: getattr(self, f.name) for f in fields(own)}
        return {"change": self.kind, **{name: value for name, value in given.items() if value not in ("", None)}}


@dataclass(frozen=True, slots=True)
class OriginChange(Change):
    """The material in a part, declared or estimated, comes from another country.

    Parameters
    ----------
    part_number : str
    origin : str
        A country in any common spelling, kept as its ISO code; `unknown` or blank for an origin nobody knows.

    Raises
    ------
    QuestionError
        If the country is none.

    Examples
    --------
    >>> OriginChange("MAG-1", "Japan").as_dict()
    {'change': 'origin', 'part_number': 'MAG-1', 'origin': 'JP'}
    """

    part_number: str
    origin: str
    kind: ClassVar[str] = "origin"

    def __post_init__(self) -> None:
        object.__setattr__(self, "origin", origin_code(self.origin))

    @property
    def subject(self) -> Subject:
        """The material in the part."""
        return (self.kind, self.part_number)

    @property
    def words(self) -> str:
        """The change in words."""
        return f"origin of the material in {self.part_number}: {self.origin or 'unknown'}"

    def as_dict(self) -> dict[str, Any]:
        """Return the fields; an unknown origin is said in full."""
        return {"change": self.kind, "part_number": self.part_number, "origin": self.origin or "unknown"}


@dataclass(frozen=True, slots=True)
class SupplierChange(Change):
    """A part is bought from one supplier alone: declarations of others no longer prove anything about it.

    A declaration that names nobody is one of today's suppliers, if the bill names any.
    """

    part_number: str
    supplier: str
    kind: ClassVar[str] = "supplier"

    def __post_init__(self) -> None:
        if not self.supplier.strip():
            raise QuestionError(f"the new supplier of {self.part_number} has no name: give one.")

    @property
    def subject(self) -> Subject:
        """The supplier of the part."""
        return (self.kind, self.part_number)

    @property
    def words(self) -> str:
        """The change in words."""
        return f"supplier of {self.part_number}: {self.supplier}"


@dataclass(frozen=True, slots=True)
class GradeChange(Change):
    """A magnet has another grade; it counts where nobody declared what is in it."""

    part_number: str
    grade: str
    kind: ClassVar[str] = "grade"

    def __post_init__(self) -> None:
        if parse_grade(self.grade) is None:
            raise QuestionError(f"{self.grade} is no magnet grade that is known: write it as printed, such as N42SH.")

    @property
    def subject(self) -> Subject:
        """The grade of the part."""
        return (self.kind, self.part_number)

    @property
    def words(self) -> str:
        """The change in words."""
        return f"grade of {self.part_number}: {self.grade}"


@dataclass(frozen=True, slots=True)
class ValueChange(Change):
    """One unit of a part, bought or finished, is worth something else.

    Parameters
    ----------
    part_number : str
    value : float
        [currency per unit of the part]
    currency : str
        ISO code; blank is the base currency.
    """

    part_number: str
    value: float
    currency: str = ""
    kind: ClassVar[str] = "value"

    def __post_init__(self) -> None:
        object.__setattr__(self, "value", positive(self.value, f"the value of {self.part_number}"))
        object.__setattr__(self, "currency", known_currency(self.currency))

    @property
    def subject(self) -> Subject:
        """The value of the part."""
        return (self.kind, self.part_number)

    @property
    def words(self) -> str:
        """The change in words."""
        return f"value of one {self.part_number}: {number_words(self.value)} {self.currency}".rstrip()


@dataclass(frozen=True, slots=True)
class PriceChange(Change):
    """A material has another price, in place of every price the bill gives for it.

    Parameters
    ----------
    material : str
        An id of the reference table, or another of its names.
    price : float
        [currency per unit of mass]
    currency : str
        ISO code; blank is the base currency.
    unit : str
        A unit of mass.
    """

    material: str
    price: float
    currency: str = ""
    unit: str = "kg"
    kind: ClassVar[str] = "price"

    def __post_init__(self) -> None:
        found = material_id(self.material)
        if found is None or found == "none":
            raise QuestionError(
                f"{self.material} is no material of the reference table: write an id such as terbium_metal."
            )
        if grams(self.unit) is None:
            raise QuestionError(f"{self.unit} is no unit of mass: write kg, g or lb.")
        object.__setattr__(self, "material", found)
        object.__setattr__(self, "price", positive(self.price, f"the price of {found}"))
        object.__setattr__(self, "currency", known_currency(self.currency))

    @property
    def subject(self) -> Subject:
        """The price of the material."""
        return (self.kind, self.material)

    @property
    def words(self) -> str:
        """The change in words."""
        return f"price of {self.material}: {number_words(self.price)} {self.currency}".rstrip() + f" per {self.unit}"


@dataclass(frozen=True, slots=True)
class QuantityChange(Change):
    """A line of the bill has another quantity, written as the line writes it: in its unit, per base quantity.

    Parameters
    ----------
    parent, child : str
    quantity : float
    position : str
        Which line, where several of one parent name the child.
    """

    parent: str
    child: str
    quantity: float
    position: str = ""
    kind: ClassVar[str] = "quantity"

    def __post_init__(self) -> None:
        object.__setattr__(self, "quantity", positive(self.quantity, f"the quantity of {self.child} in {self.parent}"))

    @property
    def subject(self) -> Subject:
        """The line."""
        return (self.kind, self.parent, self.child, self.position)

    @property
    def words(self) -> str:
        """The change in words."""
        where = f" at position {self.position}" if self.position else ""
        return f"quantity of {self.child} in {self.parent}{where}: {number_words(self.quantity)}"


@dataclass(frozen=True, slots=True)
class Swap(Change):
    """A part takes the place of another, everywhere or in one parent; the quantities stay.

    Parameters
    ----------
    old, new : str
    parent : str
        The only part in whose lines it is replaced; blank for everywhere.
    """

    old: str
    new: str
    parent: str = ""
    kind: ClassVar[str] = "swap"

    def __post_init__(self) -> None:
        if self.old == self.new:
            raise QuestionError(f"swapping {self.old} for itself changes nothing: name the part that replaces it.")

    @property
    def subject(self) -> Subject:
        """The place that is taken."""
        return (self.kind, self.old, self.parent)

    @property
    def words(self) -> str:
        """The change in words."""
        return f"{self.old} replaced by {self.new} {f'in {self.parent}' if self.parent else 'everywhere'}"


@dataclass(frozen=True, slots=True)
class DropDeclarations(Change):
    """Declarations of a part no longer count: all of them, or those of one supplier or of one material."""

    part_number: str
    supplier: str = ""
    material: str = ""
    kind: ClassVar[str] = "drop"

    @property
    def subject(self) -> Subject:
        """The declarations dropped."""
        return (self.kind, self.part_number, self.supplier, self.material)

    @property
    def words(self) -> str:
        """The change in words."""
        of = f" of {self.material}" if self.material else ""
        by = f" by {self.supplier}" if self.supplier else ""
        return f"declarations{of} of {self.part_number}{by} dropped"
