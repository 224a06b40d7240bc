"""Words for people and animals. A `+` marks a word that means several."""

from __future__ import annotations

from longvid_tui.backends.lexicon.table import Table

PEOPLE: Table = {
    "child": (
        "child children+ kid boy girl toddler schoolboy schoolgirl granddaughter grandson",
        "孩子们+ 孩子 男孩 女孩 小孩 少年 少女 儿子 女儿",
        "niño niña chico chica hijo hija",
        "kind kinder+ junge jungen+ mädchen",
        "enfant garçon fille fillette",
    ),
    "woman": (
        "woman women+ mother grandmother grandma queen witch nurse ballerina bride princess lady actress sister daughter wife "
        "waitress mermaid seamstress",
        "女人 女子 母亲 妈妈 奶奶 女王 姑娘 女士 公主",
        "mujer mujeres+ madre abuela reina bruja bailarina princesa señora hermana",
        "frau frauen+ mutter großmutter oma königin hexe tänzerin prinzessin schwester",
        "femme mère grand-mère reine sorcière danseuse princesse dame sœur",
    ),
    "man": (
        "man men+ father grandfather grandpa king fisherman fishermen+ monk wizard gentleman brother husband cowboy postman mailman "
        "prince waiter barman uncle boyfriend",
        "男人 男子 父亲 爸爸 爷爷 老人 老头 渔夫 国王 和尚 骑士 水手 士兵 武士 店主 王子 猎人",
        "hombre hombres+ padre abuelo rey pescador monje caballero marinero soldado farero príncipe señor hermano",
        "mann männer+ vater großvater opa könig fischer mönch ritter matrose wärter leuchtturmwärter soldat prinz bruder",
        "homme père grand-père roi pêcheur moine chevalier marin gardien soldat prince frère monsieur",
    ),
    "astronaut": (
        "astronaut cosmonaut spaceman",
        "宇航员 航天员",
        "astronauta cosmonauta",
        "astronaut astronauten raumfahrer",
        "astronaute cosmonaute",
    ),
    "person": (
        "person people+ family+ families+ figure stranger traveller traveler hiker dancer pianist musician painter artist scientist detective "
        "driver pilot cook chef baker teacher student runner climber doctor crowd+ couple+ hero villager carpenter engineer "
        "clockmaker watchmaker photographer violinist singer cyclist surfer gardener thief worker commuter somebody someone "
        "courier seller vendor passenger skater swimmer diver potter tailor explorer skier clown magician librarian "
        "shopkeeper keeper lightkeeper knight sailor captain soldier farmer samurai shepherd hunter guard butcher miner "
        "ferryman juggler acrobat beekeeper player footballer goalkeeper boxer wrestler athlete gymnast referee guest "
        "conductor usher drummer guitarist cellist rider trainer nomad pirate priest blacksmith shoemaker snowboarder owner",
        "行人 旅人 路人 舞者 画家 科学家 侦探 司机 飞行员 学生 医生 人群+ 人们+ 老师 厨师 歌手 邮递员 守塔人 看守人 船夫 船长 钢琴家 "
        "小提琴家 钟表匠 木匠 农夫 潜水员 图书管理员 卫兵 球员 列车员",
        "persona gente+ familia+ viajero viajera pintor pintora músico detective piloto multitud+ bailarín cartero cocinero cocinera "
        "ladrón capitán guardia conductor conductora relojero carpintero pianista violinista guitarrista cantante científico "
        "científica bibliotecario bibliotecaria surfista buceador pastor ciclista futbolista jugador jugadora taxista camionero "
        "barquero maestro maestra médico enfermera esquiador",
        "figur familie+ reisender reisende+ tänzer maler musiker pilot menge+ menschen+ mensch bäcker koch köchin detektiv uhrmacher "
        "lokführer lokomotivführer zugführer busfahrer taxifahrer lastwagenfahrer fahrer kapitän schiffskapitän fährmann wächter "
        "schreiner schneider lehrer lehrerin arzt ärztin bibliothekar sänger sängerin pianist geiger gärtner bauer bäuerin taucher "
        "surfer radfahrer fußballer spieler spielerin skifahrer",
        "personne gens+ famille+ voyageur danseur peintre musicien pilote foule+ facteur cuisinier cuisinière boulanger "
        "capitaine conducteur conductrice chauffeur horloger menuisier pianiste violoniste guitariste chanteur chanteuse médecin "
        "infirmière bibliothécaire surfeur plongeur berger jardinier cycliste footballeur joueur joueuse camionneur passeur batelier "
        "skieur",
    ),
}

ANIMALS: Table = {
    "cat": ("cat kitten", "小猫 野猫 猫", "gato gata gatito", "katze kätzchen kater", "chat chatte chaton"),
    "dog": ("dog puppy puppies+ hound", "小狗 狗", "perro perra cachorro", "hund hunde+ welpe", "chien chienne chiot"),
    "fox": ("fox vixen", "狐狸", "zorro zorra", "fuchs füchse+ füchsin", "renard renarde"),
    "wolf": ("wolf wolves+ coyote", "狼", "lobo loba", "wolf wölfe+", "loup louve"),
    "lion": ("lion lioness", "狮子", "león leona", "löwe löwen+", "lion lionne"),
    "tiger": ("tiger leopard jaguar panther", "老虎 豹子", "tigre leopardo", "tiger leopard", "tigre léopard"),
    "horse": ("horse pony ponies+ stallion unicorn donkey", "骏马 白马 马匹 马", "caballo yegua burro", "pferd pferde+ esel", "cheval chevaux+ jument âne"),
    "deer": ("deer stag elk moose reindeer fawn", "小鹿 鹿", "ciervo reno", "hirsch reh rentier", "cerf biche renne"),
    "cow": ("cow bull ox oxen+ buffalo", "奶牛 水牛 牛", "vaca toro", "kuh kühe+ stier", "vache taureau"),
    "sheep": ("sheep lamb goat", "绵羊 山羊 羊", "oveja cordero cabra", "schaf schafe+ lamm ziege", "mouton agneau chèvre"),
    "bear": ("bear panda", "熊猫 小熊 熊", "oso osa panda", "bär bären+ panda", "ours panda"),
    "rabbit": ("rabbit hare bunny bunnies+", "兔子 小兔", "conejo liebre", "hase hasen+ kaninchen", "lapin lièvre"),
    "squirrel": ("squirrel chipmunk", "松鼠", "ardilla", "eichhörnchen", "écureuil"),
    "mouse": ("mouse mice+ rat hamster", "老鼠 小鼠", "ratón ratones+", "maus mäuse+ ratte", "souris"),
    "elephant": ("elephant mammoth", "大象", "elefante", "elefant elefanten+", "éléphant"),
    "bird": (
        "bird birds_of_prey+ gull seagull crow raven owl eagle hawk swan heron crane sparrow dove pigeon parrot goose geese+ duck "
        "robin jay swallow hummingbird",
        "小鸟 鸟儿 飞鸟 鸟 海鸥 乌鸦 猫头鹰 老鹰 鹰 天鹅 白鹤 仙鹤 鹤 燕子 鸽子",
        "pájaro gaviota cuervo búho águila cisne paloma grulla",
        "vogel vögel+ möwe krähe rabe eule adler schwan kranich taube",
        "oiseau oiseaux+ mouette corbeau hibou aigle cygne colombe grue",
    ),
    "penguin": ("penguin", "企鹅", "pingüino", "pinguin pinguine+", "pingouin manchot"),
    "fish": ("fish fishes+ goldfish koi shark", "金鱼 鲨鱼 小鱼 鱼群+", "pez peces+ tiburón", "fisch hai", "poisson requin"),
    "whale": ("whale dolphin orca", "鲸鱼 鲸 海豚", "ballena delfín delfines+", "wal wale+ delfin", "baleine dauphin"),
    "seal": ("seal seal_pup pup sea_lion walrus otter", "海豹 海狮 水獭", "foca nutria", "robbe seehund otter", "phoque otarie loutre"),
    "octopus": ("octopus octopuses+ octopi+ squid kraken", "章鱼 八爪鱼 鱿鱼", "pulpo calamar", "krake oktopus tintenfisch", "pieuvre poulpe calmar"),
    "jellyfish": ("jellyfish jellyfishes+", "水母", "medusa", "qualle", "méduse"),
    "turtle": ("turtle tortoise", "海龟 乌龟", "tortuga", "schildkröte", "tortue"),
    "dragon": ("dragon", "巨龙 飞龙 龙", "dragón dragones+", "drache drachen", "dragon"),
    "dinosaur": ("dinosaur", "恐龙", "dinosaurio", "dinosaurier", "dinosaure"),
    "butterfly": (
        "butterfly butterflies+ moth bee dragonfly dragonflies+",
        "蝴蝶 蜜蜂 蜻蜓",
        "mariposa abeja",
        "schmetterling schmetterlinge+ biene",
        "papillon abeille",
    ),
    "firefly": ("firefly fireflies+ glow-worm", "萤火虫", "luciérnaga", "glühwürmchen", "luciole"),
    "robot": ("robot android automaton", "机器人", "robot robots+ androide", "roboter", "robot automate"),
}  # fmt: skip
