"""The addresses of tickets: residents' pages, staff's pages, photos."""

from django.urls import path

from tickets.forms.track import FORMS
from tickets.views import (
    alike,
    app,
    bulk,
    console,
    console_forms,
    contact,
    day,
    detail,
    foretelling,
    found,
    lists,
    moves,
    on_behalf,
    photos,
    phrases,
    places,
    presence,
    public,
    requests,
    saved,
    sealed,
    slip,
    track,
    undo,
    unit,
    why,
)

app_name = "tickets"

urlpatterns = [
    # Residents: no account needed
    path("report/", public.report, name="report"),
    path("report/done/", public.done, name="done"),
    path("report/kinds/", alike.kinds, name="kinds"),
    path("report/alike/", alike.alike, name="alike"),
    path("report/too/", alike.too, name="too"),
    path("followed/", alike.followed, name="followed"),
    path("track/", track.track, name="track"),
    path("track/forget/", track.forget, name="forget"),
    path("manifest.webmanifest", app.manifest, name="manifest"),
    path("sw.js", app.service_worker, name="service_worker"),
    path("offline/", app.offline, name="offline"),
    # /track/<code>/
    path("track/<str:code>/", track.track_one, name="track_one"),
    *(
        path(f"track/<str:code>/{what}/", track.act, {"what": what}, f"track_{what}")
        for what in FORMS
    ),
    path("track/<str:code>/qr.svg", slip.qr, name="qr"),
    path("track/<str:code>/slip/", slip.slip, name="slip"),
    path("track/<str:code>/seal.json", sealed.seal, name="seal"),
    path("about/", public.about, name="about"),
    path("elder/", public.elder, name="elder"),
    path("areas/outline.json", places.outline, name="outline"),
    path("where/", places.where, name="where"),
    # /photos/<uuid>/
    path("photos/<uuid:photo_id>/", photos.photo, name="photo"),
    # A grid worker's day; a unit's work.
    path("day/", day.day, name="day"),
    path("day/found/", found.found, name="found"),
    path("unit/", unit.unit, name="unit"),
    # For the security administrator: doors, never what is behind them.
    path("why/", why.why, name="why"),
    # The desk.
    path("tickets/", lists.ticket_list, name="list"),
    path("tickets/new/", on_behalf.on_behalf, name="on_behalf"),
    path("tickets/new/done/", on_behalf.handed_over, name="handed_over"),
    path("tickets/requests/<int:request_id>/", requests.decide, name="decide"),
    path("tickets/views/", saved.views, name="views"),
    path("tickets/views/<int:view_id>/", saved.view, name="view"),
    path("phrases/", phrases.phrases, name="phrases"),
    path("phrases/<int:phrase_id>/", phrases.phrase, name="phrase"),
    path("console/bulk/", bulk.dispatch, name="bulk"),
    path("console/undo/", undo.undo, name="undo"),
    path("console/presence/<str:number>/", presence.at_ticket, name="presence"),
    path("console/foretold/<str:number>/<str:move>/", foretelling.foretell, name="foretold"),
    path("tickets/<str:number>/", detail.detail, name="detail"),
    path("tickets/<str:number>/contact/", contact.contact, name="contact"),
    path("tickets/<str:number>/moves/<str:move>/", moves.move, name="move"),
    path("tickets/<str:number>/question/", moves.move, {"move": "question"}, name="question"),
    path("tickets/<str:number>/ask/<str:kind>/", requests.ask, name="ask"),
    # The console
    path("console/", console.console, name="console"),
    path("console/tickets/<str:number>/", console.console_ticket, name="console_ticket"),
    path(
        "console/tickets/<str:number>/moves/<str:move>/",
        console_forms.console_move,
        name="console_move",
    ),
    path(
        "console/tickets/<str:number>/ask/<str:kind>/",
        console_forms.console_ask,
        name="console_ask",
    ),
    path("console/requests/<int:request_id>/", console_forms.console_decide, name="console_decide"),
]
