"""Words for where something happens, and for what a room is used for."""

from __future__ import annotations

from longvid_tui.backends.lexicon.table import Table

_MARS = (
    "mars martian red_planet red_desert",
    "火星",
    "marte planeta_rojo",
    "mars roter_planet",
    "planète_mars sur_mars planète_rouge",
)
"""Unlike other lands it is also a place of its own: a desert."""

PLACES: Table = {
    "underwater": (
        "underwater under_water beneath_the_waves reef coral seabed ocean_floor deep_sea",
        "水下 海底 珊瑚 深海",
        "bajo_el_agua submarino arrecife fondo_del_mar",
        "unterwasser unter_wasser riff meeresgrund",
        "sous_l'eau sous-marin sous-marine récif fond_de_la_mer",
    ),
    "space": (
        "outer_space deep_space space cosmos galaxy in_orbit spacewalk space_station lunar_surface asteroid zero_gravity",
        "太空 宇宙 银河 月球",
        "espacio_exterior cosmos galaxia en_órbita",
        "weltraum weltall kosmos galaxie umlaufbahn",
        "espace_intersidéral cosmos galaxie orbite",
    ),
    "cliff": (
        "cliff cliffs headland bluff clifftop",
        "悬崖 峭壁",
        "acantilado acantilados",
        "klippe klippen steilküste",
        "falaise falaises",
    ),
    "beach": (
        "beach shore seashore sandbank coast coastline seaside cove lagoon",
        "海滩 沙滩 海边 海岸",
        "playa costa orilla_del_mar",
        "strand küste",
        "plage côte littoral",
    ),
    "harbour": (
        "harbour harbor port pier jetty dock wharf quay marina",
        "港口 渔港 港湾 码头",
        "puerto muelle embarcadero",
        "hafen pier anlegestelle steg",
        "port quai jetée embarcadère",
    ),
    "sea": (
        "sea ocean island bay surf tide open_water",
        "大海 海洋 海面 海上 海 岛",
        "mar océano isla bahía",
        "meer see ozean insel brandung",
        "mer océan île baie",
    ),
    "ice": (
        "frozen_lake frozen_river frozen_sea ice_field ice_rink icy_lake",
        "冰湖 冰河 冰面",
        "lago_helado lago_congelado río_helado",
        "zugefroren zugefrorene zugefrorenen zugefrorener eissee",
        "lac_gelé rivière_gelée banquise",
    ),
    "snow": (
        "snowfield snowy_field snowy_plain snow-covered_plain arctic antarctic antarctica glacier tundra winter_landscape",
        "雪地 雪原 冰原 冰川 北极 南极",
        "campo_nevado glaciar ártico antártida tundra",
        "schneefeld gletscher arktis antarktis tundra eiswüste",
        "champ_de_neige glacier arctique antarctique toundra",
    ),
    "lake": (
        "lake lakeside pond river riverbank riverside stream creek brook waterfall canal wetland",
        "湖边 湖面 湖 河边 河流 小河 溪边 小溪 溪 池塘 瀑布 江",
        "lago río arroyo cascada canal estanque",
        "fluss flussufer bach teich wasserfall kanal seeufer",
        "lac rivière fleuve ruisseau cascade étang berge",
    ),
    "desert": (
        f"desert dune dunes canyon mesa oasis salt_flat salt_flats badlands {_MARS[0]}",
        f"沙漠 沙丘 峡谷 戈壁 {_MARS[1]}",
        f"desierto duna dunas cañón salar oasis {_MARS[2]}",
        f"wüste düne dünen schlucht salzwüste oase {_MARS[3]}",
        f"désert dune dunes canyon oasis {_MARS[4]}",
    ),
    "cave": (
        "cave cavern grotto mine_shaft tunnel",
        "山洞 洞穴 隧道",
        "cueva gruta caverna túnel",
        "höhle grotte tunnel",
        "grotte caverne tunnel",
    ),
    "mountain": (
        "mountain mountains mountaintop mountainside peak summit ridge alps hilltop valley volcano slope mountain_pass",
        "深山 大山 山顶 山谷 山峰 雪山 山上 山里 火山",
        "montaña montañas cima cumbre valle volcán sierra",
        "berg berge gipfel tal vulkan alpen gebirge",
        "montagne montagnes sommet vallée volcan alpes",
    ),
    "forest": (
        "forest woods wood woodland jungle grove pines rainforest swamp thicket clearing",
        "森林 树林 丛林 竹林 林中 林子",
        "bosque bosques selva arboleda jungla",
        "wald wälder dschungel lichtung",
        "forêt bois jungle clairière",
    ),
    "field": (
        "field fields stadium golf_course racecourse meadow farmland prairie steppe grassland savanna savannah countryside vineyard orchard garden park lawn "
        "pasture wheat_field",
        "田野 草地 草原 农场 花园 公园 麦田 稻田 草坪",
        "campo campos prado pradera granja jardín parque huerto trigal",
        "feld felder wiese wiesen bauernhof garten park weide",
        "champ champs prairie jardin parc pré verger pâturage",
    ),
    "village": (
        "village hamlet ruins ruin temple monastery castle fortress palace courtyard shrine churchyard small_town farm farmyard",
        "村庄 村子 山村 小镇 古镇 废墟 寺庙 庙 城堡 宫殿 院子",
        "pueblo aldea ruinas templo castillo palacio patio monasterio",
        "dorf dörfer ruine ruinen tempel burg schloss kloster hof",
        "village hameau ruines temple château palais cour monastère",
    ),
    "roof": (
        "rooftop rooftops roof roofs roof_terrace",
        "屋顶 房顶 天台",
        "azotea tejado tejados techo",
        "dach dächer hausdach",
        "toit toits toiture",
    ),
    "station": (
        "train_station railway_station bus_station station platform subway metro_station",
        "火车站 车站 站台 地铁站 地铁",
        "estación andén metro",
        "bahnhof bahnsteig u-bahn",
        "gare quai_de_gare métro",
    ),
    "city": (
        "city town street streets avenue boulevard downtown skyline alley alleyway plaza square market marketplace metropolis "
        "sidewalk pavement airport suburb housing_estate courtyard_block",
        "城市 城里 城 街道 街头 街上 街 小巷 巷子 巷 广场 市场 夜市 机场",
        "ciudad calle calles callejón plaza mercado aeropuerto barrio",
        "stadt städte straße straßen gasse platz markt marktplatz flughafen viertel",
        "ville rue rues ruelle place_du_village marché aéroport quartier",
    ),
    "road": (
        "gas_station petrol_station road highway motorway freeway path trail crossroads racetrack parking_lot railway tracks country_lane",
        "公路 马路 小路 山路 铁路 高速",
        "carretera autopista camino sendero vía_férrea",
        "landstraße autobahn pfad weg gleise",
        "route autoroute chemin sentier voie_ferrée",
    ),
    "room": (
        "room kitchen bedroom bathroom living_room dining_room office cafe café coffee_shop pub restaurant diner library "
        "hallway corridor hall attic basement cellar workshop studio classroom school hospital ward laboratory lab theatre "
        "theater stage cabin_interior cockpit shop store bakery garage warehouse factory apartment interior indoors museum "
        "gallery elevator lift control_room lantern_room staircase stairwell compartment motel hotel church cathedral "
        "windowsill concert_hall gym gymnasium saloon",
        "房间 厨房 卧室 客厅 办公室 咖啡馆 餐厅 餐馆 拉面馆 拉面店 ラーメン屋 图书馆 走廊 教室 学校 医院 实验室 舞台 工作室 室内 "
        "屋里 屋内 商店 小店 工厂 车间 博物馆 教堂 楼梯",
        "habitación cocina dormitorio salón oficina cafetería restaurante biblioteca pasillo desván sótano taller estudio aula "
        "hospital laboratorio teatro tienda fábrica museo iglesia escalera",
        "zimmer raum küche schlafzimmer wohnzimmer büro café restaurant bibliothek flur dachboden keller werkstatt klassenzimmer "
        "krankenhaus labor bühne laden fabrik museum kirche treppenhaus",
        "pièce chambre cuisine salon bureau café restaurant bibliothèque couloir grenier cave_à_vin atelier hôpital laboratoire "
        "scène_de_théâtre boutique usine musée église escalier",
    ),
    "sky": (
        "sky skies above_the_clouds among_the_clouds cloudscape",
        "天空 云海 云端 空中 天上",
        "cielo sobre_las_nubes entre_las_nubes",
        "himmel über_den_wolken",
        "ciel au-dessus_des_nuages",
    ),
}

ROOMS: Table = {
    "kitchen": ("kitchen bakery", "厨房", "cocina panadería", "küche bäckerei", "cuisine boulangerie"),
    "bedroom": (
        "bedroom attic motel hotel child's_room",
        "卧室",
        "dormitorio desván",
        "schlafzimmer dachboden",
        "chambre grenier",
    ),
    "library": (
        "library bookshop study archive",
        "图书馆 书店 书房",
        "biblioteca librería",
        "bibliothek buchladen",
        "bibliothèque librairie",
    ),
    "cafe": (
        "cafe café coffee_shop pub saloon restaurant diner",
        "咖啡馆 餐厅 餐馆 拉面馆 拉面店 ラーメン屋 酒吧",
        "cafetería restaurante taberna",
        "café restaurant kneipe",
        "café restaurant bistrot",
    ),
    "workshop": (
        "workshop studio garage shed",
        "工作室 作坊 车间",
        "taller estudio",
        "werkstatt atelier schuppen",
        "atelier garage",
    ),
    "stage": (
        "stage theatre theater concert_hall",
        "舞台 剧院",
        "escenario teatro",
        "bühne theater",
        "scène_de_théâtre théâtre",
    ),
    "hall": (
        "hall church cathedral museum gallery castle_interior throne_room lantern_room",
        "大厅 教堂 博物馆",
        "iglesia museo catedral",
        "halle kirche museum dom",
        "église musée cathédrale",
    ),
    "factory": (
        "factory warehouse cellar basement staircase stairwell corridor hallway",
        "工厂 仓库 走廊 楼梯",
        "fábrica sótano pasillo escalera",
        "fabrik keller flur treppenhaus lagerhalle",
        "usine couloir escalier entrepôt",
    ),
    "lab": (
        "laboratory lab hospital ward cockpit control_room spaceship_interior elevator",
        "实验室 医院 控制室",
        "laboratorio hospital cabina",
        "labor krankenhaus cockpit",
        "laboratoire hôpital cockpit",
    ),
    "compartment": (
        "compartment carriage train_car dining_car",
        "车厢",
        "vagón compartimento",
        "abteil waggon",
        "wagon compartiment",
    ),
}

LANDS: Table = {
    "lavender": ("lavender", "薰衣草", "lavanda", "lavendel", "lavande"),
    "poppies": ("poppy poppies+", "罂粟", "amapola", "mohn mohnblume", "coquelicot"),
    "sunflowers": ("sunflower", "向日葵", "girasol", "sonnenblume", "tournesol"),
    "tulips": ("tulip", "郁金香", "tulipán tulipanes+", "tulpe", "tulipe"),
    "wheat": ("wheat wheatfield barley cornfield", "麦田 麦子", "trigo trigal", "weizen kornfeld", "blé"),
    "mars": _MARS,
}
LANDS_OF = {
    "mars": "desert",
    **dict.fromkeys(("lavender", "poppies", "sunflowers", "tulips", "wheat"), "field"),
}
"""The place in which each land can be shown."""
