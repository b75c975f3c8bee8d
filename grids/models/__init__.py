from grids.models.areas import CODE_LENGTHS, Area, BoundaryVersion, lineage
from grids.models.organisation import CommandCentre, Department, PartyOrg, Unit

__all__ = [
    "CODE_LENGTHS",
    "Area",
    "BoundaryVersion",
    "CommandCentre",
    "Department",
    "PartyOrg",
    "Unit",
    "lineage",
]
