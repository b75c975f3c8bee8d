"""The five-tier Party organisation as a tree, with what is missing in it (F20-F22)."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from grids.models import Area, PartyOrg


@dataclass
class Node:
    """An organisation and those under it, in order of code."""

    org: PartyOrg
    below: list["Node"] = field(default_factory=list)


@dataclass
class PartyTree:
    """The whole: topmost organisations, how many there are in each tier, land without any."""

    tops: list[Node]
    tiers: list[tuple[str, int]]
    gaps: list[Area]


def party_tree(*, on: date) -> PartyTree:
    """Return the tree on this day, in two queries."""
    orgs = list(PartyOrg.objects.in_force(on).order_by("code"))
    nodes = {org.pk: Node(org) for org in orgs}
    for org in orgs:
        if org.parent_id in nodes:
            nodes[org.parent_id].below.append(nodes[org.pk])
    counts: dict[int, int] = defaultdict(int)
    for org in orgs:
        counts[org.tier] += 1
    held = {org.area_id for org in orgs if org.tier < PartyOrg.Tier.GROUP}
    areas = Area.objects.in_force(on).defer("boundary").order_by("code")
    return PartyTree(
        # Whose parent has ended stands at the top, where it is seen.
        tops=[nodes[org.pk] for org in orgs if org.parent_id not in nodes],
        tiers=[(str(tier.label), counts[tier]) for tier in PartyOrg.Tier],
        gaps=[area for area in areas if area.pk not in held],
    )
