"""deminimis: which products cross China's 0.1 % line."""

__version__ = "0.1.0"
