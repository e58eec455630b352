use std::borrow::Cow;
use std::fmt;
use std::io::{self, Read as _};

use atrium_model::Timestamp;
use flate2::bufread::MultiGzDecoder;
use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::FileTrouble;

/// The most bytes of a packed file.
pub const MAX_PACKED: u64 = 64 << 20;
/// The most bytes of an unpacked file: more than twice the 50 MB at which CloudTrail closes one ("CloudTrail log file
/// examples" in the user guide).
pub const MAX_UNPACKED: u64 = 128 << 20;
/// The most days of which a file may hold records: each becomes a file of the event data store. CloudTrail's are of minutes.
pub const MAX_DAYS: usize = 400;
/// The most bytes of a record that an event data store takes.
const MAX_RECORD: usize = 1 << 20;
/// The most characters that are told of what is wrong.
const LONGEST_REASON: usize = 500;
/// The years that times may be in.
const YEARS: std::ops::RangeInclusive<i16> = 1970..=9999;

/// A record of a log file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogRecord {
    /// When it happened.
    pub time: Timestamp,
    /// The record on one line, otherwise as it stands in the file.
    pub text: String,
}

/// `{"Records":[…]}`.
#[derive(Deserialize)]
struct Log<'a> {
    // Looked at as it stands first: of a value of another kind serde's error would tell the whole.
    #[serde(borrow, rename = "Records")]
    records: Option<&'a RawValue>,
}

/// Records as far as they are good; after the first that isn't, no other is looked at.
struct Records(Result<Vec<LogRecord>, FileTrouble>);

impl<'de> Deserialize<'de> for Records {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct All;
        impl<'de> Visitor<'de> for All {
            type Value = Records;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list of records")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Records, A::Error> {
                let mut records = Vec::new();
                while let Some(record) = list.next_element::<&RawValue>()? {
                    let number = records.len() + 1;
                    match read_record(record.get()) {
                        Ok(record) => records.push(record),
                        Err(reason) => {
                            while list.next_element::<IgnoredAny>()?.is_some() {}
                            return Ok(Records(Err(FileTrouble::Record { number, reason })));
                        }
                    }
                }
                Ok(Records(Ok(records)))
            }
        }
        deserializer.deserialize_seq(All)
    }
}

/// What an event data store needs to know of a record.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Head<'a> {
    #[serde(borrow)]
    event_version: Option<Cow<'a, str>>,
    #[serde(borrow)]
    event_time: Option<Cow<'a, str>>,
    #[serde(borrow, rename = "eventID")]
    event_id: Option<Cow<'a, str>>,
}

/// The records of a log file: JSON packed with gzip. One that is no record makes the file a bad one, of which nothing is
/// taken: so it can be mended and imported again, and nothing of it is there twice.
pub fn read_log(packed: &[u8]) -> Result<Vec<LogRecord>, FileTrouble> {
    let bytes = unpack(packed)?;
    let text = std::str::from_utf8(&bytes)
        .map_err(|error| FileTrouble::NotALog(format!("it is no UTF-8: {error}")))?;
    let log = Some(text).filter(|text| is_object(text));
    let strange =
        |error| FileTrouble::NotALog(format!("it is no JSON of that form: {}", told(&error)));
    let log: Option<Log<'_>> = log.map(serde_json::from_str).transpose().map_err(strange)?;
    let records = log
        .and_then(|log| log.records)
        .map(RawValue::get)
        .filter(|records| records.starts_with('['))
        .ok_or_else(|| FileTrouble::NotALog("it is no object with a list `Records`".to_owned()))?;
    serde_json::from_str::<Records>(records).map_err(strange)?.0
}

/// What is wrong, as far as people read it: it may quote the file.
fn told(error: &serde_json::Error) -> String {
    error.to_string().chars().take(LONGEST_REASON).collect()
}

fn unpack(packed: &[u8]) -> Result<Vec<u8>, FileTrouble> {
    if packed.len() as u64 > MAX_PACKED {
        return Err(FileTrouble::TooLarge);
    }
    if !packed.starts_with(&[0x1f, 0x8b]) {
        return Err(FileTrouble::NotGzip);
    }
    let mut bytes = Vec::new();
    let unpacked = MultiGzDecoder::new(packed)
        .take(MAX_UNPACKED + 1)
        .read_to_end(&mut bytes);
    match unpacked {
        Ok(size) if size as u64 > MAX_UNPACKED => Err(FileTrouble::TooLarge),
        Ok(_) => Ok(bytes),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
            Err(FileTrouble::Damaged("it ends too early".to_owned()))
        }
        Err(error) => Err(FileTrouble::Damaged(error.to_string())),
    }
}

/// Serde takes a list for a structure too.
fn is_object(text: &str) -> bool {
    text.trim_ascii_start().starts_with('{')
}

fn read_record(text: &str) -> Result<LogRecord, String> {
    if text.len() > MAX_RECORD {
        return Err(format!("it has more than {MAX_RECORD} bytes"));
    }
    if !is_object(text) {
        return Err("it is no object".to_owned());
    }
    let head: Head<'_> = serde_json::from_str(text).map_err(|error| told(&error))?;
    // Consumers take every minor version of the major one that they know.
    let version = head.event_version.unwrap_or_default();
    let minor = version.strip_prefix("1.").map(str::parse::<u16>);
    if !matches!(minor, Some(Ok(_))) {
        return Err("its `eventVersion` is not 1.x".to_owned());
    }
    if head.event_id.is_none_or(|id| id.is_empty()) {
        return Err("it has no `eventID`".to_owned());
    }
    let time = head
        .event_time
        .ok_or_else(|| "it has no `eventTime`".to_owned())?;
    let time = time_of(&time).ok_or_else(|| "its `eventTime` is no time".to_owned())?;
    Ok(LogRecord {
        time,
        text: on_one_line(text),
    })
}

fn time_of(text: &str) -> Option<Timestamp> {
    let time: jiff::Timestamp = text.parse().ok()?;
    let year = jiff::tz::TimeZone::UTC.to_datetime(time).year();
    YEARS
        .contains(&year)
        .then(|| Timestamp::from_millis(time.as_millisecond()))
}

/// JSON with spaces in place of the line breaks between its tokens: inside of strings there are none.
fn on_one_line(text: &str) -> String {
    match text.contains(['\n', '\r']) {
        true => text.replace(['\n', '\r'], " "),
        false => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::Compression;
    use flate2::write::GzEncoder;
    use proptest::prelude::*;

    use super::*;

    const RECORD: &str =
        r#"{"eventVersion":"1.08","eventID":"e","eventTime":"2026-01-05T09:01:02Z","x":{"y":[1]}}"#;

    fn pack(text: &[u8]) -> Vec<u8> {
        let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
        packed.write_all(text).expect("memory");
        packed.finish().expect("memory")
    }

    fn log(records: &[&str]) -> Vec<u8> {
        pack(format!("{{\"Records\":[{}]}}", records.join(",")).as_bytes())
    }

    #[test]
    fn records_come_as_they_are() {
        let spread = RECORD.replace(',', ",\r\n  ");
        let found = read_log(&log(&[RECORD, &spread])).expect("a log");
        assert_eq!(found[0].text, RECORD);
        assert_eq!(found[0].time.as_millis(), 1_767_603_662_000);
        assert!(!found[1].text.contains('\n'));
        let value = |text: &str| serde_json::from_str::<serde_json::Value>(text).expect("JSON");
        assert_eq!(value(&found[1].text), value(RECORD));
        assert_eq!(read_log(&log(&[])).expect("a log"), []);
        // Two members, as `cat` makes of two files, are one file to gzip.
        let (begin, end) = (pack(b"{\"Records\":["), pack(b"]}"));
        assert_eq!(read_log(&[begin, end].concat()).expect("a log"), []);
    }

    #[test]
    fn what_is_no_log_is_told() {
        let whole = log(&[RECORD]);
        let cut = &whole[..whole.len() - 9];
        let mut broken = whole.clone();
        broken[20] ^= 0xff;
        let digest = pack(br#"{"awsAccountId":"1","logFiles":[]}"#);
        let bomb = pack(&vec![
            b' ';
            usize::try_from(MAX_UNPACKED).expect("memory") + 1
        ]);
        let cases: Vec<(&str, Vec<u8>, &str)> = vec![
            ("nothing", Vec::new(), "not compressed"),
            ("plain", RECORD.into(), "not compressed"),
            ("cut", cut.to_vec(), "can't be unpacked"),
            ("broken", broken, "can't be unpacked"),
            ("no text", pack(&[0xff, 0xfe]), "no UTF-8"),
            ("no JSON", pack(b"{hello"), "no JSON"),
            ("words", pack(b"hello"), "no object"),
            (
                "a list in a list",
                pack(format!("[[{RECORD}]]").as_bytes()),
                "no object",
            ),
            (
                "a list for a record",
                log(&[r#"["2026-01-05T09:01:02Z","e"]"#]),
                "record 1 of",
            ),
            ("a list", pack(b"[]"), "no object"),
            ("a digest", digest, "list `Records`"),
            (
                "a long text for the list",
                pack(format!(r#"{{"Records":"{}"}}"#, "a".repeat(100_000)).as_bytes()),
                "list `Records`",
            ),
            (
                "a long text for an id",
                log(&[&RECORD.replace("\"e\"", &format!("[\"{}\"]", "a".repeat(100_000)))]),
                "record 1 of",
            ),
            ("a bomb", bomb, "longer than"),
            (
                "another time",
                log(&[&RECORD.replace("2026", "yesterday")]),
                "record 1 of",
            ),
            (
                "long ago",
                log(&[&RECORD.replace("2026", "1826")]),
                "no time",
            ),
            (
                "no time",
                log(&[RECORD, r#"{"eventVersion":"1.08","eventID":"e"}"#]),
                "record 2 of",
            ),
            (
                "another version",
                log(&[&RECORD.replace("1.08", "2.0")]),
                "eventVersion",
            ),
            (
                "no id",
                log(&[&RECORD.replace("eventID", "id")]),
                "no `eventID`",
            ),
            ("a number", log(&["1"]), "record 1 of"),
        ];
        for (case, bytes, want) in cases {
            let found = read_log(&bytes).expect_err(case).to_string();
            assert!(found.contains(want), "{case}: {found}");
            assert!(found.len() < 1_000, "{case}: {} bytes", found.len());
        }
    }

    proptest! {
        #[test]
        fn nothing_panics(bytes in prop::collection::vec(any::<u8>(), 0..200), text in ".{0,80}") {
            let _ = read_log(&bytes);
            let _ = read_log(&pack(&bytes));
            let _ = read_log(&log(&[&text]));
        }
    }
}
