"""Why somebody wants to see how a reporter can be reached."""

from django import forms
from django.utils.translation import gettext_lazy as _

from people.reveal import Reason
from tickets.forms.fields import WordsField


class RevealForm(forms.Form):
    reason = forms.ChoiceField(
        label=_("Why do you need it?"), choices=Reason, widget=forms.RadioSelect
    )
    reason.error_messages["required"] = _("Choose why you need it.")
    words = WordsField(label=_("Remark"), required=False, rows=2, max_length=200)
