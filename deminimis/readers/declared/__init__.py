"""Standard material declarations (IPC-1752, IEC 62474, chemSHERPA, AMRT) to rows of the declarations table."""

from deminimis.readers.declared.amrt import is_amrt, read_amrt
from deminimis.readers.declared.origins import apply_origins
from deminimis.readers.declared.recognition import read_declared
from deminimis.readers.declared.result import DeclaredRead, SmelterOrigins
from deminimis.readers.declared.substances import is_cas

__all__ = ["DeclaredRead", "SmelterOrigins", "apply_origins", "is_amrt", "is_cas", "read_amrt", "read_declared"]
