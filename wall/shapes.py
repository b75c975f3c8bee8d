"""What the wall's API gives. Shapes only, for the schema: the answers are built as they are."""

from rest_framework import serializers

from tickets.light import Light
from tickets.states import Stage


class Dot(serializers.Serializer):
    """A report on the map. It holds no words and no names."""

    id = serializers.IntegerField()
    number = serializers.CharField()
    lat = serializers.FloatField(help_text="WGS 84, four decimals, or the middle of its area")
    lng = serializers.FloatField()
    stage = serializers.ChoiceField(choices=Stage.choices)
    light = serializers.ChoiceField(choices=Light.choices)
    area = serializers.CharField(help_text="code of the grid, or of the village")
    version = serializers.IntegerField(help_text="never paint an older one over a newer one")
    type = serializers.CharField(help_text='code of the event type, "" if not yet known')
    star = serializers.BooleanField(help_text="supervised, or passed up a level")
    turns = serializers.ListField(
        child=serializers.IntegerField(allow_null=True),
        allow_null=True,
        help_text="when the light turns yellow, orange, red: seconds since 1970",
    )


class Gone(serializers.Serializer):
    id = serializers.IntegerField()
    version = serializers.IntegerField()


class Dots(serializers.Serializer):
    """All dots, or with `since` what changed after that sequence."""

    sequence = serializers.IntegerField()
    at = serializers.DateTimeField()
    day = serializers.DateField()
    complete = serializers.BooleanField(help_text="all there are: forget any other")
    dots = Dot(many=True)
    gone = Gone(many=True)


class PackedDots(serializers.Serializer):
    """All dots by columns, as our own wall takes them (tickets.dots_sql): the form may change."""

    sequence = serializers.IntegerField()
    day = serializers.DateField()
    complete = serializers.BooleanField()
    columns = serializers.DictField(help_text="lists of the same length, and the types by id")
    gone = Gone(many=True)


class DotColumns(serializers.Serializer):
    """Dots by columns: the same place in every list is one dot."""

    id = serializers.ListField(child=serializers.IntegerField())
    number = serializers.ListField(child=serializers.CharField(allow_null=True, allow_blank=True))
    lat = serializers.ListField(child=serializers.FloatField(allow_null=True))
    lng = serializers.ListField(child=serializers.FloatField(allow_null=True))
    stage = serializers.ListField(child=serializers.ChoiceField(Stage.choices, allow_null=True))
    light = serializers.ListField(child=serializers.ChoiceField(Light.choices, allow_null=True))
    area = serializers.ListField(child=serializers.CharField(allow_null=True))
    type = serializers.ListField(child=serializers.CharField(allow_null=True, allow_blank=True))
    star = serializers.ListField(child=serializers.BooleanField(allow_null=True))
    turns = serializers.ListField(
        child=serializers.ListField(
            child=serializers.IntegerField(allow_null=True), allow_null=True
        )
    )


class DotChanges(DotColumns):
    """What happened, in order: at that time the dot became this, or left (then only its id)."""

    at = serializers.ListField(child=serializers.IntegerField(), help_text="seconds since 1970")
    gone = serializers.ListField(child=serializers.BooleanField())


class Film(serializers.Serializer):
    """The wall as it stood, and every change after it."""

    # A word of the language: it cannot be written as the others.
    locals()["from"] = serializers.DateTimeField()
    to = serializers.DateTimeField()
    sequence = serializers.IntegerField()
    complete = serializers.BooleanField(help_text="false: cut, there was more than a screen holds")
    start = DotColumns()
    changes = DotChanges()


class Step(serializers.Serializer):
    at = serializers.DateTimeField()
    title = serializers.CharField()


class Card(serializers.Serializer):
    """One dot: who has it, how it is handled, how far it is."""

    id = serializers.IntegerField()
    number = serializers.CharField()
    type = serializers.CharField()
    area = serializers.CharField()
    place = serializers.CharField()
    who = serializers.CharField()
    centre = serializers.CharField()
    how = serializers.CharField()
    state = serializers.CharField()
    stage = serializers.ChoiceField(choices=Stage.choices)
    light = serializers.ChoiceField(choices=Light.choices)
    left = serializers.CharField()
    due = serializers.DateTimeField(allow_null=True)
    supervision = serializers.CharField()
    demonstration = serializers.BooleanField()
    steps = Step(many=True)
    url = serializers.CharField()


class FigureShape(serializers.Serializer):
    value = serializers.JSONField()
    rows = serializers.IntegerField(help_text="rows that it was reckoned from")
    ms = serializers.FloatField(help_text="milliseconds that took")


class Figures(serializers.Serializer):
    """The wall's figures, its newest lines, and what needs a leader's eye."""

    at = serializers.DateTimeField()
    version = serializers.CharField(help_text="of the pages: another one means load them again")
    sequence = serializers.IntegerField()
    figures = serializers.DictField(child=FigureShape())
    feed = serializers.ListField(child=serializers.DictField())
    watched = serializers.ListField(child=serializers.DictField())
    demonstration = serializers.BooleanField()
