from django.urls import path

from people import factor_views, seal_views, step_up, views

app_name = "people"

urlpatterns = [
    path("signin/", views.signin, name="signin"),
    path("signin/code/", factor_views.code, name="code"),
    path("signin/second-factor/", factor_views.enrol, name="enrol"),
    path("signin/again/", step_up.again, name="again"),
    path("signout/", views.signout, name="signout"),
    path("language/", views.language, name="language"),
    path("seals.json", seal_views.seals, name="seals"),
    # /me/: one's own page
    path("me/", views.me, name="me"),
    path("me/password/", views.password, name="password"),
    path("me/sessions/end/", views.end_sessions, name="end_sessions"),
    path("me/tokens/<int:token_id>/revoke/", views.revoke_token, name="revoke_token"),
]
