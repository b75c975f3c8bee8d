from django.contrib.auth.decorators import login_not_required
from django.urls import path

from wall import api, views

app_name = "wall"
urlpatterns = [
    path("wall/", views.wall, name="wall"),
    path("wall/areas.json", views.areas, name="areas"),
    # The API asks for its own keys: Django's sign-in page would answer a program with a form.
    path("api/v1/wall/dots/", login_not_required(api.dots), name="dots"),
    path("api/v1/wall/dots/<int:ticket_id>/", login_not_required(api.dot), name="dot"),
    path("api/v1/wall/figures/", login_not_required(api.figures), name="figures"),
]
