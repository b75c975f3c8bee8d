"""The addresses of tickets: residents' pages, staff's pages, photos."""

from django.urls import path

from tickets.views import photos

app_name = "tickets"

urlpatterns = [
    # /photos/<uuid>/
    path("photos/<uuid:photo_id>/", photos.photo, name="photo"),
]
