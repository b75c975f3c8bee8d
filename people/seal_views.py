"""What anybody may keep of the seals: the public key, and what was signed lately."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from people.models import Statement
from people.seals import statements

# A month of days: whoever keeps a copy each month has all.
_SHOWN = 31


@login_not_required
@require_safe
def seals(request: HttpRequest) -> JsonResponse:
    """The key that signs, and the last signed statements: kept elsewhere, they bind us."""
    newest = Statement.objects.order_by("-number")[:_SHOWN]
    return JsonResponse(
        {
            "public_keys": statements.believed_keys(),
            "signed": [statements.shown(statement) for statement in newest],
        }
    )
