"""Words by which a niche is recognized in hashtags and bios: twenty niches, several languages."""

from typing import Final

_WORDS: Final[dict[str, str]] = {
    "fitness": "fitness fit gym gymtok workout bodybuilding crossfit homeworkout fitnesstok "
    "fitnessmotivation calisthenics pilates yoga running gymlife treino academia musculacao "
    "entrenamiento gimnasio gimnasia musculation fitnessgirl latihan olahraga 筋トレ 헬스 운동 ฟิตเนส",
    "cooking": "cooking recipe recipes easyrecipe cookingtok baking homecooking chef mealprep cook "
    "airfryer cookwithme receita receitas receta recetas cocina recette cuisine rezept kochen "
    "ricetta resep masak nấuăn 料理 レシピ 요리 레시피 ทำอาหาร yemek tarif рецепт",
    "comedy": "comedy funny skit humor comedia prank jokes memes meme standup standupcomedy comedian "
    "parody humour engraçado humorlatino chiste lucu ngakak お笑い 코미디 개그 ตลก haihuoc komedi юмор lustig",
    "beauty": "beauty makeup skincare skincaretok makeuptutorial beautytok grwm hair hairstyle nails "
    "nailart cosmetics lipstick maquiagem maquillaje maquillage beleza belleza beauté schminke "
    "kecantikan makyaj メイク コスメ 메이크업 뷰티 แต่งหน้า lamdep красота skincareroutine",
    "fashion": "fashion outfit ootd style streetstyle fashiontok outfitideas outfitoftheday thrifted "
    "streetwear vintage moda mode hijabfashion looks roupas ropa kleidung gaya thoitrang "
    "ファッション コーデ 패션 แฟชั่น мода sneakers",
    "dance": "dance dancer dancing choreography dancechallenge dancetok hiphopdance ballet kpopdance "
    "dança coreografia baile danse tanz tarian joget dans nhảy ダンス 踊ってみた 댄스 안무 เต้น танцы",
    "music": "music singer song singing musician cover guitar piano rap rapper newmusic producer "
    "songwriter música musica cantor canto musique musik lagu chanson âmnhạc 音楽 歌ってみた 음악 노래 "
    "เพลง музыка şarkı kpop livemusic",
    "gaming": "gaming gamer game games videogames twitch minecraft roblox fortnite valorant "
    "callofduty freefire mobilelegends pubg genshinimpact leagueoflegends esports playstation xbox "
    "nintendo jogos juegos gamertok ゲーム 게임 เกม игры oyun",
    "tech": "tech technology techtok gadgets gadget iphone android coding programming developer ai "
    "chatgpt software computer pctok setup tecnologia tecnología technik teknologi côngnghệ テック "
    "ガジェット 테크 เทคโนโลยี технологии",
    "travel": "travel traveltok traveling travelling wanderlust vacation trip roadtrip backpacking "
    "tourism traveler travelguide hiddengems viagem viajar viaje viajes voyage reisen urlaub "
    "jalanjalan wisata dulich 旅行 旅 観光 여행 เที่ยว путешествия gezi",
    "pets": "pets pet dog dogs puppy cat cats kitten catsoftiktok dogsoftiktok petsoftiktok animals "
    "animal bunny hamster parrot cachorro gato perro chien chat hund katze kucing anjing 犬 猫 ねこ "
    "강아지 고양이 แมว หมา chómèo собака кошка kedi",
    "diy": "diy diyproject crafts craft handmade woodworking homedecor homeimprovement renovation "
    "upcycle sewing crochet knitting lifehack lifehacks 5minutecrafts artesanato manualidades "
    "bricolage basteln kerajinan handmadegifts 手作り diytok 만들기 งานฝีมือ",
    "education": "education learn learnontiktok edutok teacher student study studytok school science "
    "history facts english learnenglish languagelearning math educação educación aprender bildung "
    "lernen belajar pendidikan giáodục tiktokhọc 勉強 英語 공부 교육 การศึกษา образование",
    "finance": "finance personalfinance money investing invest stocks stockmarket crypto bitcoin "
    "trading forex budgeting fintok moneytok wealth financialfreedom realestate finanças investimentos "
    "finanzas dinero finanzen aktien keuangan saham tàichính 投資 株 주식 재테크 การเงิน финансы borsa",
    "business": "business entrepreneur entrepreneurship smallbusiness marketing startup ecommerce "
    "dropshipping sidehustle shopify digitalmarketing branding leadership negocios negócios "
    "empreendedorismo emprendimiento unternehmer bisnis kinhdoanh 起業 ビジネス 사업 마케팅 ธุรกิจ бизнес",
    "health": "health wellness mentalhealth nutrition doctor medical nurse selfcare healthyliving "
    "healthylifestyle weightloss diet healthtok adhd anxiety therapy meditation saúde salud santé "
    "gesundheit kesehatan sứckhỏe 健康 ダイエット 건강 다이어트 สุขภาพ здоровье sağlık",
    "parenting": "parenting mom momlife momsoftiktok dad dadlife parents parenthood newborn baby "
    "toddler pregnancy pregnant motherhood momtok family maternidade maternidad mama maman eltern "
    "ibu parentingtips 子育て 育児 赤ちゃん 육아 아기 เลี้ยงลูก mẹbé материнство anne",
    "sports": "sports sport football soccer basketball nba nfl futbol fútbol futebol tennis golf "
    "baseball cricket boxing ufc mma f1 skateboarding surf worldcup premierleague fußball olahragabola "
    "bóngđá サッカー 野球 バスケ スポーツ 축구 야구 스포츠 ฟุตบอล กีฬา футбол спорт futbolcu",
    "art": "art artist arttok drawing painting illustration digitalart sketch draw watercolor anime "
    "animation artistsoftiktok procreate graffiti sculpture arte desenho dibujo dessin kunst zeichnen "
    "seni lukisan vẽ イラスト お絵描き アート 그림 일러스트 วาดรูป рисование sanat",
    "food": "food foodie foodtok foodporn streetfood mukbang restaurant dessert snack snacks tasty "
    "yummy foodreview pizza coffee ramen sushi comida comidas essen makanan kuliner jajanan ănvặt "
    "ẩmthực グルメ スイーツ ラーメン 먹방 맛집 อาหาร ของอร่อย еда yemektarifleri",
}

NICHES: Final = tuple(_WORDS)
"""The names, in the order in which a tie is decided."""

NICHE_OF: Final[dict[str, str]] = {
    word: niche for niche, words in _WORDS.items() for word in words.split()
}
"""Niche by word, hashtags and bio words alike."""

GENERIC_TAGS: Final = frozenset(
    "fyp foryou foryoupage fypシ fypシ゚viral fypage fy viral viralvideo viraltiktok xyzbca trending "
    "trend tiktok parati pourtoi paravoce perte fürdich fuerdich xuhuong xuhướng fypviral capcut "
    "duet stitch foryourpage 4u greenscreen おすすめ おすすめにのりたい 推薦 추천 keşfet рек рекомендации "
    "fypdong masukberanda berandafyp fypp viralシ tiktokviral explore explorepage blowthisup".split()
)
"""Hashtags that only ask for reach: they say nothing about a niche."""
