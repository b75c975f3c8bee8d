from django.urls import path

from people import seal_views, views

app_name = "people"

urlpatterns = [
    path("signin/", views.signin, name="signin"),
    path("signout/", views.signout, name="signout"),
    path("language/", views.language, name="language"),
    path("seals.json", seal_views.seals, name="seals"),
    # /me/: one's own page
    path("me/", views.me, name="me"),
    path("me/password/", views.password, name="password"),
    path("me/sessions/end/", views.end_sessions, name="end_sessions"),
    path("me/tokens/<int:token_id>/revoke/", views.revoke_token, name="revoke_token"),
]
