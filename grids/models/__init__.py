from grids.models.areas import CODE_LENGTHS, Area, BoundaryVersion, HandbookVersion, lineage
from grids.models.district import District
from grids.models.organisation import CommandCentre, Department, PartyOrg, Unit

__all__ = [
    "CODE_LENGTHS",
    "Area",
    "BoundaryVersion",
    "CommandCentre",
    "Department",
    "District",
    "HandbookVersion",
    "PartyOrg",
    "Unit",
    "lineage",
]
