"""Tickets over the API, for the staff: list, read, move, ask, decide."""

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import exceptions, generics, pagination
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from grids.models import CODE_LENGTHS, Unit
from people.models import User
from tickets import access, lifecycle
from tickets.api import shapes
from tickets.api.moves import VERBS
from tickets.models import Ticket
from tickets.narrowing import Filters, narrowed
from tickets.requests_table import RequestKind
from tickets.states import Move, State

# As long as on the page.
MOST_SEARCHED = 100
_REFUSALS = {
    400: shapes.RefusalOut, 401: shapes.RefusalOut, 403: shapes.RefusalOut,
    404: shapes.RefusalOut, 409: shapes.RefusalOut, 422: shapes.RefusalOut,
}  # fmt: skip


def caller(request: Request) -> User:
    """Return who calls; the permission class has let only signed-in people in."""
    assert isinstance(request.user, User)
    return request.user


class NewestFirst(pagination.CursorPagination):
    """Pages of 50 by keyset, newest first: any depth costs the same."""

    ordering = ("-reported_at", "-id")
    page_size = 50

    def decode_cursor(self, request: Request) -> pagination.Cursor | None:
        cursor = super().decode_cursor(request)
        if cursor and cursor.position is not None and not _is_moment(str(cursor.position)):
            raise exceptions.NotFound(self.invalid_cursor_message)
        return cursor


def _check(given: Filters) -> None:
    faults = {}
    if len(given.words) > MOST_SEARCHED or "\0" in given.words:
        said = _("Search for at most %(n)d characters of plain text.") % {"n": MOST_SEARCHED}
        faults["words"] = [said]
    if given.state and given.state not in State.values:
        faults["state"] = [_("There is no such state.")]
    if given.area and (not given.area.isdigit() or len(given.area) not in CODE_LENGTHS):
        faults["area"] = [_("There is no such area.")]
    unit = given.handler
    if unit and ("\0" in unit or not Unit.objects.filter(code=unit).exists()):
        faults["handler"] = [_("There is no such unit.")]
    if faults:
        raise exceptions.ValidationError(faults)


def _is_moment(text: str) -> bool:
    try:
        return parse_datetime(text) is not None
    except ValueError:
        return False


class TicketList(generics.ListAPIView):
    """The tickets this person may see, newest first; the parameters narrow it."""

    serializer_class = shapes.TicketRow
    pagination_class = NewestFirst

    def get_queryset(self):
        tickets = Ticket.objects.visible_to(caller(self.request)).with_places()
        tickets = tickets.select_related("text", "event_type")
        asked = self.request.query_params
        given = Filters(
            words=asked.get("words", ""), state=asked.get("state", ""),
            area=asked.get("area", ""), handler=asked.get("handler", ""),
        )  # fmt: skip
        _check(given)
        # The same search and the same filters as the page's.
        return narrowed(tickets, given, at=timezone.now())

    @extend_schema(
        operation_id="tickets",
        parameters=[
            OpenApiParameter(
                "words", str,
                description="a number, a code, or words of the report, all of which are found "
                "wherever they stand; two characters of Chinese are enough. At most 100 characters",
            ),
            OpenApiParameter("state", str, enum=State.values),
            OpenApiParameter("area", str, description="the area's code; all beneath it too"),
            OpenApiParameter(
                "handler", str, description="the code of the unit that has it, or had it last"
            ),
        ],
    )  # fmt: skip
    def get(self, request: Request, *args, **kwargs) -> Response:
        return super().get(request, *args, **kwargs)


@extend_schema(operation_id="ticket", responses={200: shapes.TicketOut, **_REFUSALS})
@api_view(["GET"])
def ticket(request: Request, number: str) -> Response:
    """Give one ticket with its history and what the caller may do with it now."""
    return Response(_out(request, number))


@extend_schema(
    operation_id="move",
    summary="Make a move on a ticket",
    request=shapes.MoveIn,
    responses={200: shapes.TicketOut, **_REFUSALS},
)
@api_view(["POST"])
def move(request: Request, number: str) -> Response:
    """Make one move: the same door and the same verb as the page's."""
    form = shapes.MoveIn(data=request.data)
    form.is_valid(raise_exception=True)
    given = dict(form.validated_data)
    kind = Move(given.pop("move"))
    found = access.to_move(caller(request), number, kind)
    VERBS[kind](found, caller(request), timezone.now(), given)
    return Response(_out(request, number))


@extend_schema(
    operation_id="ask",
    summary="Ask for a return, an extension or a suspension",
    request=shapes.AskIn,
    responses={201: shapes.RequestOut, **_REFUSALS},
)
@api_view(["POST"])
def ask(request: Request, number: str) -> Response:
    """Ask for something that others decide."""
    form = shapes.AskIn(data=request.data)
    form.is_valid(raise_exception=True)
    given = dict(form.validated_data)
    kind = RequestKind(given.pop("kind"))
    found = access.to_ask(caller(request), number, kind)
    asked = lifecycle.ask(
        ticket_id=found.pk, kind=kind, by=caller(request), at=timezone.now(), **given
    )
    return Response(shapes.RequestOut(asked).data, status=201)


@extend_schema(
    operation_id="decide",
    summary="Grant or deny a request",
    request=shapes.DecideIn,
    responses={200: shapes.RequestOut, **_REFUSALS},
)
@api_view(["POST"])
def decide(request: Request, request_id: int) -> Response:
    """Decide what was asked."""
    form = shapes.DecideIn(data=request.data)
    form.is_valid(raise_exception=True)
    asked = access.to_decide(caller(request), request_id)
    decided = lifecycle.decide(
        request_id=asked.pk, by=caller(request), at=timezone.now(), **form.validated_data
    )
    return Response(shapes.RequestOut(decided).data)


def _out(request: Request, number: str) -> dict:
    found = access.to_read(caller(request), number)
    return shapes.TicketOut(found, context={"user": caller(request)}).data
