from django.contrib.auth.decorators import login_not_required
from django.urls import path

from people.api import token
from tickets.api import desk, reports

# The API asks for its own keys: Django's sign-in page would answer a program with a form.
app_name = "api"
urlpatterns = [
    path("reports/", login_not_required(reports.report), name="report"),
    path("reports/<str:code>/", login_not_required(reports.follow), name="follow"),
    path("reports/<str:code>/rating/", login_not_required(reports.rate), name="rate"),
    path("token/", login_not_required(token), name="token"),
    path("tickets/", login_not_required(desk.TicketList.as_view()), name="tickets"),
    path("tickets/<str:number>/", login_not_required(desk.ticket), name="ticket"),
    path("tickets/<str:number>/moves/", login_not_required(desk.move), name="move"),
    path("tickets/<str:number>/requests/", login_not_required(desk.ask), name="ask"),
    path("requests/<int:request_id>/", login_not_required(desk.decide), name="decide"),
]
