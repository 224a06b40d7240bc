"""Words for when it is and what the weather does."""

from __future__ import annotations

from longvid_tui.backends.lexicon.table import Table

TIMES: Table = {
    "dawn": (
        "dawn sunrise daybreak first_light sun_comes_up sun_rises sun_is_rising early_morning",
        "黎明 拂晓 清晨 晨曦 日出 破晓 天亮",
        "amanecer alba madrugada sale_el_sol",
        "morgendämmerung sonnenaufgang morgengrauen tagesanbruch",
        "aube aurore lever_du_soleil point_du_jour",
    ),
    "morning": ("morning", "早晨 早上 上午 早", "mañana", "morgen morgens vormittag", "matin matinée"),
    "day": (
        "day daytime noon midday afternoon sunny sunlight sunlit",
        "白天 中午 正午 下午 阳光",
        "día mediodía tarde soleado soleada",
        "tag tagsüber mittag nachmittag sonnig",
        "jour midi après-midi ensoleillé ensoleillée",
    ),
    "golden": (
        "golden_hour sunset dusk evening twilight sundown nightfall sun_goes_down sun_sets",
        "黄昏 傍晚 日落 夕阳 暮色 晚霞",
        "atardecer anochecer ocaso puesta_de_sol crepúsculo",
        "abenddämmerung sonnenuntergang abend abends dämmerung",
        "coucher_du_soleil crépuscule soir soirée",
    ),
    "night": (
        "night nighttime midnight moonlight moonlit starry starlight",
        "夜里 夜晚 深夜 午夜 半夜 月光 星空 晚上 夜",
        "noche medianoche luz_de_la_luna",
        "nacht nachts mitternacht mondlicht",
        "nuit minuit clair_de_lune",
    ),
}

SEASONS: Table = {
    "spring": ("spring springtime in_may", "春天 春", "primavera", "frühling frühjahr", "printemps"),
    "summer": ("summer summertime", "夏天 夏", "verano", "sommer", "été"),
    "autumn": ("autumn autumnal", "秋天 秋", "otoño", "herbst", "automne"),
    "winter": ("winter wintry first_frost", "冬天 冬", "invierno", "winter", "hiver"),
}

WEATHER: Table = {
    "dust": (
        "sandstorm dust_storm dust_storms dust_devil",
        "沙尘暴 沙暴",
        "tormenta_de_arena tormenta_de_polvo",
        "sandsturm staubsturm",
        "tempête_de_sable tempête_de_poussière",
    ),
    "storm": (
        "storm stormy thunder thunderstorm thundercloud thunderclouds storm_clouds dark_clouds black_clouds lightning "
        "tempest hurricane gale",
        "暴风雨 风暴 闪电 打雷 雷声 雷 乌云",
        "tormenta relámpago relámpagos rayo rayos tempestad nubes_negras nubes_oscuras",
        "sturm stürme gewitter blitz blitze unwetter dunkle_wolken schwarze_wolken",
        "tempête orage éclair éclairs nuages_noirs nuages_sombres",
    ),
    "rain": (
        "rain raining rainy rains drizzle downpour rain-soaked sleet",
        "下雨 雨中 雨夜 小雨 大雨 雨",
        "lluvia llueve lluvioso llovizna",
        "regen regnet verregnet regnerisch",
        "pluie pleut pluvieux averse",
    ),
    "snowfall": (
        "snow_falls snow_falling snow_is_falling snow_was_falling falling_snow snowing snowfall blizzard snowflake snowstorm "
        "first_snow snowflakes",
        "下雪 大雪 雪花 飘雪 雪落下 初雪 第一场雪",
        "nevando nevada ventisca cae_la_nieve",
        "schneit schneefall schneesturm schneeflocken",
        "neige_tombe neigeant flocons tempête_de_neige",
    ),
    "fog": (
        "fog foggy mist misty haze hazy",
        "大雾 薄雾 迷雾 晨雾 雾",
        "niebla neblina bruma",
        "nebel neblig dunst",
        "brouillard brume brumeux",
    ),
    "cloud": (
        "cloudy overcast grey_sky gray_sky",
        "多云 阴天 乌云",
        "nublado nublada",
        "bewölkt bedeckt",
        "nuageux couvert",
    ),
    "wind": (
        "wind windy breeze gust",
        "大风 微风 寒风 狂风 刮风 风吹",
        "viento brisa",
        "wind windig brise",
        "vent brise",
    ),
}

SNOWY: Table = {
    "snow": (
        "snow snowy snow-covered snowbound frozen icy frost iceberg icebergs",
        "积雪 白雪 雪 冰雪 冰山",
        "nieve nevado nevada helado helada iceberg",
        "schnee verschneit verschneite verschneiten verschneiter eisig eisberg eisberge",
        "neige enneigé enneigée gelé gelée iceberg",
    ),
}
