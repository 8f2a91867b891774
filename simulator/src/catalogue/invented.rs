//! More songs than anybody would write down: titles put together from words that go together in any
//! combination, in many scripts. Always the same ones.

use std::sync::LazyLock;

use sha2::{Digest, Sha256};

use super::song::Row;

/// Songs on each album.
const SONGS: usize = 6;
/// Albums of each language: its artists have one each.
const ALBUMS: usize = 3;

/// What a language's songs are made of.
struct Words {
    /// One word of each kind makes a title, in this order.
    parts: [[&'static str; 6]; 2],
    /// What stands between them.
    joint: &'static str,
    artists: [&'static str; ALBUMS],
    albums: [&'static str; ALBUMS],
}

#[rustfmt::skip]
const LANGUAGES: [Words; 15] = [
    Words {
        parts: [["Copper", "Borrowed", "Quiet", "Crooked", "Paper", "Winter"],
                ["Bicycle", "Weather", "Staircase", "Letters", "Orchard", "Parade"]],
        joint: " ",
        artists: ["The Borrowed Ladders", "Juniper Vance-Okoro", "Marrow & Tin"],
        albums: ["Things We Carried Upstairs", "Second-Hand Weather", "Tin Roof Almanac"],
    },
    Words {
        parts: [["Everybody Forgets", "Nobody Told", "I Wrote to", "She Waited for", "Wake Up", "Goodbye to"],
                ["the Lighthouse Keeper", "My Neighbour's Dog", "the Night Bus Driver", "the Last Dinosaur", "Room 409", "the Other Marianne"]],
        joint: " ",
        artists: ["Odd Socks Orchestra", "Pim Halloway & the Late Fees", "Telegram Sam's Aunt"],
        albums: ["A Small Book of Complaints", "Overdue (Again)", "Aunt Music"],
    },
    Words {
        parts: [["Neon", "Chrome", "Ultra", "Midnight", "Hyper", "Low"],
                ["Gravity", "Arcade", "Cascade", "Signal", "Delta", "Circuit"]],
        joint: " ",
        artists: ["KAVE/17", "Synthia Lodz", "Modem Choir"],
        albums: ["56k", "Afterimage", "Handshake"],
    },
    Words {
        parts: [["La nuit", "Le bruit", "Un matin", "La couleur", "Le goût", "Une lettre"],
                ["de novembre", "des gares", "sans parapluie", "d’un vieux piano", "de la mer", "à personne"]],
        joint: " ",
        artists: ["Colette Ravigneau", "Les Horloges Molles", "Théo Bastingage"],
        albums: ["Chambre sur cour", "Midi moins cinq", "Escale à Nulle-Part"],
    },
    Words {
        parts: [["Regen", "Licht", "Tanz", "Lärm", "Ein Brief", "Kaffee"],
                ["im Fenster", "am Bahnsteig", "im Treppenhaus", "bei Nacht", "ohne Grund", "für Frau Öztürk-Weiß"]],
        joint: " ",
        artists: ["Möwen über Wanne", "Käthe Lindwurm", "Die Höflichen Störche"],
        albums: ["Zwischenmiete", "Überstunden", "Schöne Grüße aus dem Hof"],
    },
    Words {
        parts: [["Canción", "Corazón", "Cumbia", "Verano", "Baile", "Carta"],
                ["de papel", "sin dueño", "del mediodía", "para mi abuela", "en el tejado", "con limón"]],
        joint: " ",
        artists: ["Los Paraguas Rotos", "Maruja Cienfuegos", "Niño Alcachofa"],
        albums: ["Siesta eléctrica", "Doce ventanas", "Ñandú"],
    },
    Words {
        parts: [["Samba", "Saudade", "Janela", "Barco", "Domingo", "Conversa"],
                ["de açúcar", "na contramão", "sem relógio", "para Conceição", "do quintal", "à beira-rio"]],
        joint: " ",
        artists: ["Zé do Quintal", "Coração de Latão", "Irene Maré-Cheia"],
        albums: ["Quase manhã", "Latão", "Pé na água"],
    },
    Words {
        parts: [["夜", "雨", "屋上", "夏", "図書館", "月"],
                ["手紙", "自転車", "約束", "観覧車", "ラジオ", "ひみつ"]],
        joint: "の",
        artists: ["冷蔵庫オーケストラ", "佐伯ミドリコ", "となりの望遠鏡"],
        albums: ["深夜の売店", "みどりの日記", "レンズの向こう"],
    },
    Words {
        parts: [["바다", "겨울", "골목길", "새벽", "할머니", "종이배"],
                ["노래", "약속", "편지", "기억", "춤", "라디오"]],
        joint: "의 ",
        artists: ["느린우체통", "윤달그림", "옥탑방 고래들"],
        albums: ["답장을 기다리며", "윤달", "고래가 사는 옥상"],
    },
    Words {
        parts: [["夏天", "城市", "云朵", "外婆", "海边", "昨天"],
                ["邮票", "秘密", "影子", "风筝", "颜色", "早餐"]],
        joint: "的",
        artists: ["纸飞机航空公司", "林小满满", "慢半拍乐队"],
        albums: ["延误通知", "小满", "下一站，再说"],
    },
    Words {
        parts: [["Песня", "Запах", "Письмо", "Танец", "Цвет", "Память"],
                ["дождя", "старого трамвая", "тёплой зимы", "пустых вокзалов", "моей улицы", "севера"]],
        joint: " ",
        artists: ["Тёплые Провода", "Агния Снегирёва-Лис", "Ансамбль «Пятый подъезд»"],
        albums: ["Провода", "Лисьи письма", "Лифт не работает"],
    },
    Words {
        parts: [["أغنية", "ليل", "لون", "صوت", "رائحة", "حكاية"],
                ["المطر", "الجيران", "القهوة", "الميناء", "الصيف", "الياسمين"]],
        joint: " ",
        artists: ["فرقة السطح", "هدى الزيتوني", "نوافذ مفتوحة"],
        albums: ["من فوق السطح", "زيت وزعتر", "هواء الظهيرة"],
    },
    Words {
        parts: [["שיר", "אור", "קול", "ריח", "רחוב", "סוף"],
                ["הגשם", "השכנים", "הקיץ", "הים", "התפוזים", "הלילה"]],
        joint: " ",
        artists: ["להקת המרפסת", "תמר בן־לימון", "חצות וחצי"],
        albums: ["קומה שלישית", "לימונים", "אוטובוס אחרון"],
    },
    Words {
        parts: [["Denizin", "Yağmurun", "Gecenin", "İstasyonun", "Komşunun", "Ağustosun"],
                ["Sesi", "Rengi", "Şarkısı", "Sırrı", "Işığı", "Düğünü"]],
        joint: " ",
        artists: ["Çatı Katı Üçlüsü", "Güneş Kağıtçı", "İki Buçuk Martı"],
        albums: ["Çatıdan Görünen", "Kâğıt Gemi", "Vapur Saatleri"],
    },
    Words {
        parts: [["बारिश", "रात", "शहर", "नदी", "छत", "बचपन"],
                ["गीत", "रंग", "सपना", "किनारा", "रास्ता", "मौसम"]],
        joint: " का ",
        artists: ["पतंग मंडली", "मीरा धूपवाला", "तीन ताल चाय"],
        albums: ["छत पर", "धूप", "कटिंग"],
    },
];

/// What some titles end with, in the order of their chance.
const ENDINGS: [&str; 5] =
    [" (Acoustic)", " (Live in the Kitchen)", " – Night Version", " (feat. Ada Finch)", ", Pt. 2"];

/// 270 songs in 45 albums.
pub(super) fn rows() -> &'static [Row] {
    static ROWS: LazyLock<Vec<Row>> = LazyLock::new(|| {
        let albums =
            LANGUAGES.iter().flat_map(|words| (0..ALBUMS).map(move |album| (words, album)));
        let songs = albums
            .flat_map(|(words, album)| (0..SONGS).map(move |number| row(words, album, number)));
        songs.collect()
    });
    &ROWS
}

fn row(words: &Words, album: usize, number: usize) -> Row {
    let (artist, name) = (words.artists[album], words.albums[album]);
    // Every first word comes once on each album, and no two albums have a title in common.
    let [first, second] = [words.parts[0][number], words.parts[1][(number + 2 * album) % SONGS]];
    let title = format!("{first}{}{second}", words.joint);
    let hash = Sha256::digest(format!("{name}/{title}"));
    let chance = |index: usize, below: usize| usize::from(hash[index]) * below / 256;
    let ending = ENDINGS.get(chance(0, 24)).copied().unwrap_or_default();
    let title: &str = Box::leak(format!("{title}{ending}").into_boxed_str());
    let artists: &[&str] = match ending.contains("Ada Finch") {
        true => Box::leak(Box::new([artist, "Ada Finch"])),
        false => Box::leak(Box::new([artist])),
    };
    let album_hash = Sha256::digest(name);
    let year = 1994 + usize::from(album_hash[0]) % 32;
    let (month, day) = (1 + usize::from(album_hash[1]) % 12, 1 + usize::from(album_hash[2]) % 28);
    let date: &str = Box::leak(format!("{year}-{month:02}-{day:02}").into_boxed_str());
    let seconds = 121 + chance(1, 179) as u64;
    (title, artists, name, date, seconds, chance(2, 14) == 0)
}
