"""Things and places that words for people imply."""

from __future__ import annotations

from longvid_tui.backends.lexicon.table import Table

BROUGHT: Table = {
    "lighthouse": ("lightkeeper", "守塔人", "farero", "leuchtturmwärter", ""),
    "train": ("", "", "", "lokführer lokomotivführer zugführer", ""),
    "bus": ("", "", "", "busfahrer", ""),
    "car": ("", "", "taxista camionero", "taxifahrer lastwagenfahrer", "camionneur"),
    "boat": ("ferryman", "船夫 船长", "barquero", "schiffskapitän fährmann", "passeur batelier"),
    "piano": ("pianist", "钢琴家", "pianista", "pianist", "pianiste"),
    "violin": ("violinist guitarist cellist", "小提琴家", "violinista guitarrista", "geiger", "violoniste guitariste"),
    "clock": ("clockmaker watchmaker", "钟表匠", "relojero", "uhrmacher", "horloger"),
    "bicycle": ("cyclist", "", "ciclista", "radfahrer", "cycliste"),
    "ball": ("footballer goalkeeper", "", "futbolista", "fußballer", "footballeur"),
}  # fmt: skip
"""Things by the one word for who works with them, as two words name both: "a train driver"."""

WORKPLACES: Table = {
    "room kitchen": ("chef cook baker", "厨师", "cocinero cocinera", "koch köchin bäcker", "cuisinier cuisinière boulanger"),
    "room workshop": (
        "carpenter clockmaker watchmaker tailor potter shoemaker blacksmith",
        "木匠 钟表匠",
        "carpintero relojero",
        "uhrmacher schreiner schneider",
        "menuisier horloger",
    ),
    "room library": ("librarian", "图书管理员", "bibliotecario bibliotecaria", "bibliothekar", "bibliothécaire"),
    "room lab": ("scientist doctor nurse", "科学家 医生", "científico científica", "arzt ärztin", "médecin"),
    "room stage": (
        "ballerina pianist violinist cellist singer magician",
        "钢琴家 歌手 舞者",
        "bailarina pianista cantante",
        "pianist sänger sängerin tänzerin",
        "pianiste danseuse chanteuse chanteur",
    ),
    "beach": ("surfer", "", "surfista", "surfer", "surfeur"),
    "underwater": ("diver", "潜水员", "buceador", "taucher", "plongeur"),
    "sea": ("sailor fisherman fishermen", "渔夫 水手", "pescador marinero", "fischer matrose", "pêcheur marin"),
    "field": (
        "farmer shepherd beekeeper gardener footballer goalkeeper",
        "农夫",
        "futbolista pastor",
        "bauer gärtner fußballer",
        "berger jardinier footballeur",
    ),
    "snow": ("skier snowboarder", "", "esquiador", "skifahrer", "skieur"),
    "village": ("knight king queen", "骑士 国王 女王", "caballero rey reina", "ritter könig königin", "chevalier roi reine"),
}  # fmt: skip
"""Places by the people who are found there, if nothing says where they are; a room with what it is used for."""
