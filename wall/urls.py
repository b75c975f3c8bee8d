from django.contrib.auth.decorators import login_not_required
from django.urls import path

from wall import api, device_pages, views
from wall.figures import paper_views
from wall.figures import views as figure_views

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
    # The figures
    path("figures/", figure_views.page, name="statistics"),
    path("figures/export.csv", figure_views.as_csv, name="statistics_csv"),
    path("figures/export.xlsx", figure_views.as_xlsx, name="statistics_xlsx"),
    path("figures/brief/", paper_views.brief, name="brief"),
    path("figures/brief.pdf", paper_views.brief_pdf, name="brief_pdf"),
    path("figures/monthly/", paper_views.monthly, name="monthly"),
    path("figures/monthly.pdf", paper_views.monthly_pdf, name="monthly_pdf"),
    # The API asks for its own keys: Django's sign-in page would answer a program with a form.
    path("api/v1/wall/dots/", login_not_required(api.dots), name="dots"),
    path("api/v1/wall/dots/<int:ticket_id>/", login_not_required(api.dot), name="dot"),
    path("api/v1/wall/film/", login_not_required(api.the_film), name="film"),
    path("api/v1/wall/figures/", login_not_required(api.figures), name="figures"),
]
