from django.contrib.auth.decorators import login_not_required
from django.urls import path

from wall import api, device_pages, views

app_name = "wall"
urlpatterns = [
    path("wall/", views.wall, name="wall"),
    path("wall/areas.json", views.areas, name="areas"),
    path("wall/visitor/", device_pages.visitor_mode, name="visitor"),
    # Walls without a person
    path("wall/devices/", device_pages.device_list, name="devices"),
    path("wall/devices/<int:device_id>/link/", device_pages.device_link, name="device_link"),
    path("wall/devices/<int:device_id>/revoke/", device_pages.device_revoke, name="device_revoke"),
    path("wall/open/<str:secret>/", device_pages.open_wall, name="open"),
    path("wall/tickets/<str:figure>/", views.behind, name="behind"),
    # The API asks for its own keys: Django's sign-in page would answer a program with a form.
    path("api/v1/wall/dots/", login_not_required(api.dots), name="dots"),
    path("api/v1/wall/dots/<int:ticket_id>/", login_not_required(api.dot), name="dot"),
    path("api/v1/wall/film/", login_not_required(api.the_film), name="film"),
    path("api/v1/wall/figures/", login_not_required(api.figures), name="figures"),
]
